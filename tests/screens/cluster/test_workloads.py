"""The top workloads of all nodes: asked of the hub, sorted and searched there, and the way to their node."""

import pytest
from msgspec.structs import asdict

from nodetop.drawing.runs import line_width, plain
from nodetop.model.hub_api import NodeWorkload
from nodetop.screens.cluster.screen import ClusterScreen
from nodetop.screens.cluster.workloads import ClusterWorkloadsScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.workloads import ClusterWorkloadPanel, ClusterWorkloadState
from tests.screens.scripted import press, until
from tests.screens.scripted_cluster import cluster_app, rows_of
from tests.widgets.workloads.workload_scenes import rows

FOUND = tuple(NodeWorkload(node="web-01", cluster="default", **asdict(row)) for row in rows() if row.is_inner)


async def test_seven_lists_them_and_enter_opens_the_node() -> None:
    app, source = cluster_app(rows_of(3))
    source.workloads_found = FOUND
    async with app.run_test(size=(140, 30)) as pilot:
        await press(pilot, "7")
        text = await until(pilot, lambda text: "shop/web-0/app" in text)
        assert "workloads of all nodes" in text and "3 of 9" in text and "web-01" in text
        await press(pilot, "M")
        await until(pilot, lambda _: source.searches[-1] == ("", "memory"))
        await press(pilot, "slash", *"shop", "enter")
        await until(pilot, lambda _: source.searches[-1] == ("shop", "memory"))
        await press(pilot, "escape")
        await until(pilot, lambda _: source.searches[-1] == ("", "memory"))
        await press(pilot, "enter")
        assert isinstance(app.screen, NodeScreen) and app.screen.node == "web-01"
        await press(pilot, "escape")
        assert isinstance(app.screen, ClusterWorkloadsScreen)
        await press(pilot, "7")
        assert isinstance(app.screen, ClusterScreen)


async def test_a_click_on_the_head_of_a_column_sorts() -> None:
    app, source = cluster_app(rows_of(3))
    source.workloads_found = FOUND
    async with app.run_test(size=(140, 30)) as pilot:
        await press(pilot, "7")
        line = (await until(pilot, lambda text: "shop/web-0/app" in text)).splitlines()[1]
        for head, sort in (("MEM ", "memory"), ("WRITE", "io"), ("CPU%", "cpu")):
            await pilot.click(offset=(line.index(head), 1))
            await until(pilot, lambda _, sort=sort: source.searches[-1] == ("", sort))


async def test_a_hub_that_does_not_answer_is_said() -> None:
    app, source = cluster_app(rows_of(3))
    source.workloads_found = "the hub is gone"
    async with app.run_test(size=(140, 30)) as pilot:
        await press(pilot, "7")
        await until(pilot, lambda text: "the hub is gone" in text)


def test_every_size_is_filled_exactly_and_hostile_names_are_made_safe() -> None:
    state = ClusterWorkloadState()
    hostile = NodeWorkload(node="\x1b[2J", cluster="\n", group="/\x07", kind="\x1b", name="\x1b]0;x\x07")
    state.take((*FOUND, hostile), 4, 9)
    panel = ClusterWorkloadPanel(state)
    for width in (0, 10, 30, 80, 200):
        for height in (1, 3, 10):
            lines = panel.lines(View(), width, height)
            assert [line_width(line) for line in lines] == [width] * height
            assert all(text.isprintable() for line in lines for _, text in line)


@pytest.mark.parametrize("width", [30, 40, 48])
def test_the_names_are_shown_on_the_narrowest_screens_too(width: int) -> None:
    state = ClusterWorkloadState()
    state.take(FOUND, 3, 9)
    lines = [plain(line) for line in ClusterWorkloadPanel(state).lines(View(), width, 8)]
    assert "NAME" in lines[1] and "CPU%" in lines[1]
    assert all((each.name or "")[:3] in "".join(lines) for each in FOUND)
