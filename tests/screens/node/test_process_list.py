"""The keys that arrange the process list, on the node screen: tree, groups, threads, tags, columns."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from nodetop.keys.keymap import keymap
from nodetop.keys.process_list import PROCESS_LIST
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.screens.node.screen import NodeScreen
from nodetop.widgets.menus.columns import ColumnMenu
from nodetop.widgets.processes.columns import COLUMNS, SORTS
from nodetop.widgets.processes.state import ProcessState
from tests.screens.scripted import ScriptedSource, press, scripted_app, text_of, until
from tests.widgets.processes.test_forest import SYSTEM, THREADS
from tests.widgets.scenes import server

SIZE = (120, 40)


class ThreadSource(ScriptedSource):
    """A source that can read threads, as this host's can."""

    def __init__(self, snapshots: Any) -> None:
        super().__init__(snapshots)
        self.asked_threads: list[bool] = []

    def read_threads(self, wanted: bool) -> bool:
        self.asked_threads.append(wanted)
        return True


def sample(tick: int = 0, *, threads: tuple[ProcessMetrics, ...] = ()) -> NodeSnapshot:
    return replace(server(tick), processes=ProcessSummary(total=len(SYSTEM), rows=SYSTEM, thread_rows=threads))


def started(**settings: Any) -> tuple[Any, ThreadSource]:
    source = ThreadSource([sample(0), sample(1)])
    app, _ = scripted_app(source, **settings)
    return app, source


def screen(app: Any) -> NodeScreen:
    found = app.screen_stack[0]
    assert isinstance(found, NodeScreen)
    return found


def state(app: Any) -> ProcessState:
    return screen(app).state


def listed(app: Any) -> list[str]:
    """The rows of the process list as they stand on the screen, without border."""
    place = screen(app).rectangles["processes"]
    return [line[1:-1].rstrip() for line in text_of(app).splitlines()[place.y + 2 : place.y + place.height - 1]]


def commands(app: Any) -> list[str]:
    """What stands in the column of commands."""
    place = screen(app).rectangles["processes"]
    start = text_of(app).splitlines()[place.y + 1].index("COMMAND") - 1
    return [line[start:] for line in listed(app) if line.strip()]


TREE = ["p1", "├─ p10", "│ └─ p11", "│   └─ p12", "└─ p20", "[kthreadd]", "└─ [kworker]"]


@pytest.mark.parametrize("key", ["f5", "t"])
async def test_the_tree_comes_and_goes(key: str) -> None:
    app, _ = started()
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, key)
        assert commands(app) == TREE and "─ tree ─" in text
        await press(pilot, key)
        assert (
            "p11" in commands(app)[0]
            and "tree ─" not in text_of(app).splitlines()[screen(app).rectangles["processes"].y]
        )


async def test_in_ascii_and_without_room_the_tree_is_a_tree() -> None:
    app, _ = started(ascii=True)
    async with app.run_test(size=(48, 40)) as pilot:
        await press(pilot, "t", "down", "-")
        assert commands(app) == ["p1", "|+ +2 p10", "`- p20", "[kthreadd]", "`- [kworker]"]


async def test_rows_are_closed_with_their_sums_and_opened_again() -> None:
    app, _ = started()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "t", "down", "-")
        assert commands(app)[1] == "├▸ +2 p10" and " 37.0 " in listed(app)[1] and state(app).current is SYSTEM[1]
        assert "already closed" in await press(pilot, "-")
        await press(pilot, "plus")
        assert commands(app) == TREE
        await press(pilot, "left", "left")
        assert state(app).current is SYSTEM[0]
        await press(pilot, "right", "right")
        assert state(app).current is SYSTEM[1] or state(app).current is SYSTEM[4]
        await press(pilot, "asterisk")
        assert commands(app) == ["p1", "├▸ +2 p10", "└─ p20", "[kthreadd]", "└─ [kworker]"]
        await press(pilot, "asterisk")
        assert commands(app) == TREE
        await press(pilot, "end")
        assert "this row has no children" in await press(pilot, "plus")


async def test_sums_of_whole_branches() -> None:
    app, _ = started()
    async with app.run_test(size=SIZE) as pilot:
        assert "need the tree: F5" in await press(pilot, "W")
        assert "whole branches" in await press(pilot, "t", "W")
        assert " 47.0 " in listed(app)[0]
        await press(pilot, "W")
        assert " 1.0 " in listed(app)[0]


@pytest.mark.parametrize("key", ["plus", "minus", "left", "right", "asterisk"])
async def test_in_a_plain_list_there_is_nothing_to_open(key: str) -> None:
    app, _ = started()
    async with app.run_test(size=SIZE) as pilot:
        assert "F5 shows the tree, y groups" in await press(pilot, key)


async def test_groups_come_one_after_the_other() -> None:
    app, _ = started()
    async with app.run_test(size=SIZE) as pilot:
        seen = []
        for _ in range(4):
            await press(pilot, "y")
            seen.append(state(app).layout)
        assert seen == ["program", "user", "container", "flat"]
        assert "by container" in await press(pilot, "O")
        assert commands(app) == ["▸   ×7 (none)"]
        await press(pilot, "O")
        assert state(app).layout == "flat"


async def test_a_group_opens_to_its_members() -> None:
    app, _ = started()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "y", "y")
        assert commands(app) == ["▸   ×3 me", "▸   ×4 (unknown)"] and " 44.0 " in listed(app)[0]
        await press(pilot, "enter")
        assert commands(app) == ["▾   ×3 me", "├─ p11", "├─ p20", "└─ p10", "▸   ×4 (unknown)"]
        await press(pilot, "enter")
        assert len(commands(app)) == 2


async def test_a_click_on_the_branches_opens_and_closes() -> None:
    app, _ = started()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "t")
        x = text_of(app).splitlines()[screen(app).rectangles["processes"].y + 1].index("COMMAND")
        await pilot.click("#processes", offset=(x, 3))
        await pilot.pause()
        assert commands(app)[1] == "├▸ +2 p10"
        await pilot.click("#processes", offset=(x + 1, 3))
        await pilot.pause()
        assert commands(app) == TREE
        await pilot.click("#processes", offset=(x + 6, 3))
        await pilot.pause()
        assert commands(app) == TREE and state(app).current is SYSTEM[1]


async def test_threads_are_asked_for_and_shown() -> None:
    app, source = started()
    async with app.run_test(size=SIZE) as pilot:
        assert "threads will appear with the next sample" in await press(pilot, "H")
        assert source.asked_threads == [True]
        source.sample(sample(2, threads=THREADS))
        await until(pilot, lambda text: "{t13}" in text)
        assert commands(app)[3:6] == ["p12", "├─ {t13}", "└─ {t12}"]
        assert {13, 12} <= source.watched
        await press(pilot, "H")
        assert source.asked_threads == [True, False] and "{t13}" not in text_of(app)


async def test_elsewhere_the_key_says_why_there_are_no_threads() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        assert "listed only on the host itself" in await press(pilot, "H")
        assert not state(app).threads


async def test_a_recording_that_has_threads_shows_them() -> None:
    app, _ = scripted_app(ScriptedSource([sample(0, threads=THREADS)]))
    async with app.run_test(size=SIZE) as pilot:
        assert "{t13}" in await press(pilot, "H")


async def test_tags() -> None:
    app, source = started()
    async with app.run_test(size=SIZE) as pilot:
        assert "nothing is tagged; Space tags" in await press(pilot, "U")
        text = await press(pilot, "space")
        assert "1 tagged" in text and "11●me" in listed(app)[0] and state(app).index == 1
        await press(pilot, "space", "I")
        source.sample(sample(2))
        await pilot.pause()
        await pilot.pause()
        assert sum("●" in line for line in listed(app)) == 2
        assert [row.pid for row in state(app).targets()] == [11, 20]
        text = await press(pilot, "U")
        assert "1 tagged" not in text and "2 tagged" not in text and "●" not in "".join(listed(app))
        await press(pilot, "I", "t", "home", "down", "c")
        assert sorted(row.pid for row in state(app).targets()) == [10, 11, 12]
        source.sample(replace(sample(3), processes=ProcessSummary(total=1, rows=SYSTEM[:2])))
        await until(pilot, lambda text: "1 tagged" in text)


async def test_columns_are_hidden_shown_and_moved_at_once_and_told() -> None:
    app, _ = started()
    async with app.run_test(size=(160, 48)) as pilot:
        told: list[Any] = []
        screen(app).remember = lambda **settings: told.append(settings)  # type: ignore[method-assign]
        text = await press(pilot, "C")
        assert "[x] PID" in text and "[ ] PPID" in text
        await press(pilot, "space")
        assert screen(app).view.columns == ("-pid",)
        await press(pilot, "space", "right")
        shown = screen(app).processes.table.columns(screen(app).view, screen(app).view.columns)
        assert shown[:2] == ("user", "pid") and screen(app).view.columns == shown
        await press(pilot, "end", "enter", "left")
        assert len(screen(app).view.columns or ()) == len(shown) + 1
        await press(pilot, "escape")
        assert not app.screen.query(ColumnMenu)
        header = text_of(app).splitlines()[screen(app).rectangles["processes"].y + 1]
        assert header.index("USER") < header.index(" PID") < header.index("CPU%")
        assert told[-1] == {"columns": screen(app).view.columns} and len(told) == 5
        await press(pilot, "C", "d", "q")
        assert screen(app).view.columns is None and told[-1] == {"columns": None} and app.is_running


async def test_columns_of_the_settings() -> None:
    app, _ = started(columns=("age", "container", "pid"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        header = text_of(app).splitlines()[screen(app).rectangles["processes"].y + 1]
        assert header[1:-1].split() == ["AGE", "CONTAINER", "PID", "COMMAND"]
        await pilot.click("#processes", offset=(header.index("CONTAINER"), 1))
        assert state(app).sort == "container" and not state(app).reverse


async def test_columns_are_kept_in_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("[keys]\n")
    app, _ = started(settings_file=file)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "C", "space")
        assert app.settings.columns == ("-pid",)
        await until(pilot, lambda text: "[ ] PID" in text)
        await press(pilot, "space")
        await until(pilot, lambda text: "[x] PID" in text)
        assert app.settings.columns is None
        await press(pilot, "space", "escape")
    assert tomllib.loads(file.read_text())["columns"] == ["-pid"]


async def test_the_sort_menu_has_every_column() -> None:
    app, _ = started()
    async with app.run_test(size=(120, 60)) as pilot:
        text = await press(pilot, "z", "s")
        assert all(f" {name} " in text for name in COLUMNS if name != "trend")
        await press(pilot, "end", "up", "enter")
        assert state(app).sort == "name"


async def test_menus_and_help_move_with_the_users_keys() -> None:
    app, _ = started(keys="vim")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "j", "j", "j", "k", "enter")
        assert state(app).sort == list(SORTS)[2]
        default = screen(app).processes.table.columns(screen(app).view, screen(app).view.columns)
        await press(pilot, "C", "l", "j", "j", "space", "escape")
        columns = screen(app).view.columns
        assert columns is not None and columns[:2] == ("user", "pid") and columns[2:] == default[2:3] + default[4:]
        assert " 1-" in await press(pilot, "question_mark")
        assert " 3-" in await press(pilot, "j", "j", "j", "k")
        assert " 1-" not in await press(pilot, "G") and " 1-" in await press(pilot, "g")


def test_every_action_here_is_tested_above() -> None:
    assert {key for action in PROCESS_LIST for key in keymap().of(action)} == {
        "F5", "t", "y", "O", "+", "-", "Right", "Left", "*", "W", "H", "C", "Space", "c", "U",
    }  # fmt: skip


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (79, 24), (80, 24), (240, 70)])
async def test_any_size_in_any_arrangement_is_filled_exactly(size: tuple[int, int]) -> None:
    app, source = started()
    async with app.run_test(size=size) as pilot:
        source.sample(sample(2, threads=THREADS))
        for keys in (["H"], ["t"], ["asterisk"], ["y"], ["asterisk"], ["space", "C"]):
            await press(pilot, *keys)
            assert [len(line) for line in text_of(app).split("\n")] == [size[0]] * size[1]
