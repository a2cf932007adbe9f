"""The list of nodes and its map: order, filter, bar, clicks."""

from typing import Any

import pytest
from msgspec.structs import replace

from nodetop.screens.cluster.processes import ClusterProcessesScreen
from nodetop.screens.node.screen import NodeScreen
from tests.screens.scripted import press, text_of, until
from tests.screens.scripted_cluster import cluster_app, node_row, rows_of, screen_of

SIZE = (140, 40)


def order(app: Any) -> list[str]:
    return [row.node for row in screen_of(app).state.rows]


@pytest.mark.parametrize(
    ("key", "value", "descending"),
    [
        ("P", "cpu_busy_percent", True), ("M", "memory_used_percent", True), ("D", "filesystem_used_percent", True),
        ("T", "cpu_celsius", True),
    ],
)  # fmt: skip
async def test_sorts_by_a_column_and_the_other_way(key: str, value: str, descending: bool) -> None:
    app, _ = cluster_app(rows_of(12))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, key)
        values = [getattr(row, value) for row in screen_of(app).state.rows]
        known = [each for each in values if each is not None]
        assert known == sorted(known, reverse=descending)
        assert values[len(known) :] == [None] * (len(values) - len(known))
        await press(pilot, key)
        assert [getattr(row, value) for row in screen_of(app).state.rows][: len(known)] == known[::-1]


async def test_names_are_in_the_order_in_which_people_count() -> None:
    names = ["db-1", "web-2", "web-10", "web-100", "web-a"]
    app, _ = cluster_app([replace(node_row(1), node=name) for name in reversed(names)])
    async with app.run_test(size=SIZE):
        assert order(app) == names


async def test_the_worst_states_come_first_and_the_menu_sorts_too() -> None:
    app, _ = cluster_app(rows_of(13))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "S")
        assert order(app)[:3] == ["web-13", "web-11", "web-07"]
        assert "sort by" in await press(pilot, "f6")
        await press(pilot, "home", "down", "enter")
        assert order(app)[0] == "web-01"


async def test_the_filter_takes_effect_as_it_is_typed_and_says_what_is_wrong() -> None:
    app, _ = cluster_app(rows_of(13))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", *"state=late")
        assert order(app) == ["web-07"]
        text = await press(pilot, "enter")
        assert "filter state=late" in text and "F1 help" in text
        await press(pilot, "escape")
        assert len(order(app)) == 13
        await press(pilot, "slash", *"foo>3")
        await until(pilot, lambda text: "unknown name 'foo'" in text)


async def test_the_bar_stays_on_its_node() -> None:
    app, source = cluster_app(rows_of(5))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "down", "down")
        assert screen_of(app).state.selected == "web-03"
        source.tell_rows([row for row in rows_of(5) if row.node != "web-01"])
        await until(pilot, lambda text: "web-01" not in text)
        current = screen_of(app).state.current
        assert current is not None and current.node == "web-03"


async def test_the_map_has_a_tile_for_each_of_hundreds_and_opens_them() -> None:
    app, _ = cluster_app(rows_of(400))
    async with app.run_test(size=(160, 48)) as pilot:
        text = await press(pilot, "m")
        assert "1-" not in text.splitlines()[text.splitlines().index(next(x for x in text.splitlines() if "map" in x))]
        await press(pilot, "right", "down")
        columns = screen_of(app).state.columns
        assert screen_of(app).state.index == 1 + columns
        current = screen_of(app).state.current
        assert current is not None and current.node in text_of(app)  # tiles are too small for names
        assert "memory" in await press(pilot, "v")
        await press(pilot, "home", "enter")
        assert isinstance(app.screen, NodeScreen)


async def test_clicks_sort_select_and_open() -> None:
    app, _ = cluster_app(rows_of(5))
    async with app.run_test(size=SIZE) as pilot:
        text = await until(pilot, lambda text: "web-05" in text)
        lines = text.splitlines()
        head = next(y for y, line in enumerate(lines) if "CPU%" in line)
        await pilot.click(offset=(lines[head].index("CPU%"), head))
        assert screen_of(app).state.sort == "cpu"
        await pilot.click(offset=(20, head + 2))
        assert screen_of(app).state.index == 1
        await pilot.click(offset=(20, head + 1), times=2)
        assert isinstance(app.screen, NodeScreen)


async def test_a_click_on_the_head_of_a_column_sorts_the_processes_of_all_nodes() -> None:
    app, _ = cluster_app(rows_of(3))
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, "a")
        screen = app.screen
        assert isinstance(screen, ClusterProcessesScreen)
        line = text.splitlines()[1]
        await pilot.click(offset=(line.index("MEM%"), 1))
        await until(pilot, lambda _: screen.state.sort == "memory")
        await pilot.click(offset=(line.index("CPU%"), 1))
        await until(pilot, lambda _: screen.state.sort == "cpu")


async def test_the_last_line_has_the_keys_of_the_map_and_of_the_past() -> None:
    app, _ = cluster_app(rows_of(3))
    async with app.run_test(size=SIZE) as pilot:
        assert "m list" not in await until(pilot, lambda text: "Enter open" in text)
        await press(pilot, "m")
        text = await until(pilot, lambda text: "m list" in text.splitlines()[-1])
        assert "v value" in text and "Left Right tile" in text
        await press(pilot, "m", "p")
        await until(pilot, lambda text: "p back to now" in text.splitlines()[-1] and "m map" in text)
