"""The screens of workloads: keys, what is read more often meanwhile, one workload, explanations, time."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from nodetop.app import NodetopApp
from nodetop.keys.workloads import WORKLOAD, WORKLOADS
from nodetop.model.cgroups import JournalLine, JournalPart, WorkloadMetrics
from nodetop.model.panels import Panels
from nodetop.model.snapshot import NodeSnapshot
from nodetop.screens.node.screen import NodeScreen
from nodetop.screens.workloads.list import WorkloadsScreen
from nodetop.screens.workloads.one import WorkloadScreen
from tests.screens.scripted import ScriptedSource, press, scripted_app, text_of, until
from tests.widgets.workloads.workload_scenes import APP, POD, SIDE, UNIT, with_workloads

SIZE = (140, 30)


class Workloads(ScriptedSource):
    """Remembers which workloads are on the screen."""

    groups: frozenset[str] | None = None

    def __init__(self, snapshots: Iterable[NodeSnapshot] = ()) -> None:
        super().__init__(snapshots)
        self.journals: list[tuple[str, float | None]] = []
        self.looked: list[str] = []
        self.pids: frozenset[int] | None = None

    async def members(self, workload: WorkloadMetrics) -> frozenset[int] | None:
        self.looked.append(workload.group)
        return self.pids

    async def journal(self, workload: WorkloadMetrics, until: float | None) -> JournalPart:
        self.journals.append((workload.group, until))
        said = "now" if until is None else "then"
        return JournalPart((JournalLine(at=until, priority=3, program="web", text=f"it said {said}"),))

    def watch_groups(self, groups: frozenset[str] | None) -> None:
        self.groups = groups


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Pilot[None], NodetopApp, Workloads]]:
    """The app with the list of workloads open."""
    source = Workloads(with_workloads(tick) for tick in range(5))
    app, _ = scripted_app(source)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "processes" in text)
        assert source.groups is None
        await press(pilot, "7")
        await until(pilot, lambda text: "sum of 3" in text)
        yield pilot, app, source


def screen_of(app: NodetopApp) -> WorkloadsScreen:
    assert isinstance(app.screen, WorkloadsScreen)
    return app.screen


async def test_seven_opens_the_list_and_what_it_shows_is_read_for_every_sample() -> None:
    async with opened() as (pilot, app, source):
        await until(pilot, lambda _: source.groups == {APP, SIDE, UNIT})
        source.sample(with_workloads(9))
        await until(pilot, lambda text: "69.0" in text)
        await press(pilot, "escape")
        assert isinstance(app.screen, NodeScreen)
        await until(pilot, lambda _: source.groups is None)
        await press(pilot, "7")
        await press(pilot, "7")
        assert isinstance(app.screen, NodeScreen)


async def test_the_panel_in_a_layout_reads_its_rows_for_every_sample() -> None:
    source = Workloads(with_workloads(tick) for tick in range(5))
    app, _ = scripted_app(source, layout=Panels().named("workloads"))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "shop/web-0/app" in text and "NET RX" in text)
        source.sample(with_workloads(9))
        await until(pilot, lambda text: "69.0" in text)
        source.sample(with_workloads(10))
        await until(pilot, lambda _: source.groups == {APP, SIDE, UNIT})
        await press(pilot, "v")  # round to the full layout, without the panel
        source.sample(with_workloads(11))
        await until(pilot, lambda _: source.groups is None)


async def test_every_key_does_something_or_says_why_not() -> None:
    leaves = ("escape", "workloads", "details", "explain", "go_to_time", "filter", "search", "sort_menu", "columns")
    async with opened() as (pilot, app, _):
        for table in (WORKLOADS, WORKLOAD):
            shown = app.screen
            for action in table:
                if action.id not in leaves and not action.do.startswith("app."):
                    assert hasattr(shown, f"action_{action.do.partition('(')[0]}"), action
                    await shown.run_action(action.do)
                    await pilot.pause()
                    assert app.screen is shown, action
            await press(pilot, "enter")


async def test_x_explains_what_would_give_a_name() -> None:
    async with opened() as (pilot, app, _):
        await press(pilot, "down")
        assert screen_of(app).chosen_group() == SIDE
        await press(pilot, "x")
        await until(pilot, lambda text: "why no name only root may" in text)
        await press(pilot, *["down"] * 25)
        await until(pilot, lambda text: "only root may read its name" in text)


async def test_the_journal_of_one_workload_now_and_at_the_time_that_is_shown() -> None:
    async with opened() as (pilot, app, source):
        await press(pilot, "enter")
        await until(pilot, lambda text: "it said now" in text)
        assert source.journals == [(APP, None)]
        source.sample(with_workloads(9))
        await until(pilot, lambda text: "69.0" in text or "69%" in text)
        assert len(source.journals) == 1  # a moment later it is not asked again
        await press(pilot, "[")
        await until(pilot, lambda text: "it said then" in text)
        shown = app.screen.view.snapshot  # type: ignore[attr-defined]
        assert source.journals[-1] == (APP, shown.taken_at)


async def test_columns_are_chosen_moved_and_kept() -> None:
    async with opened() as (pilot, app, _):
        told: list[object] = []
        screen = screen_of(app)
        screen.remember = lambda **settings: told.append(settings)  # type: ignore[method-assign]
        assert "[x] KIND" in await press(pilot, "C")
        await press(pilot, "space")
        assert screen.view.workload_columns == ("-kind",) and told == [{"workload_columns": ("-kind",)}]
        await press(pilot, "escape")
        assert "KIND" not in text_of(app)
        await press(pilot, "C", "d", "q")
        assert screen.view.workload_columns is None and "KIND" in text_of(app)


async def test_sort_filter_search_and_tree() -> None:
    async with opened() as (pilot, app, _):
        state = screen_of(app).state
        await press(pilot, "M")
        assert state.sort == "mem"
        await press(pilot, "slash", *"nginx", "enter")
        assert [row.group for row in state.rows] == [UNIT]
        assert "filter nginx" in text_of(app)
        await press(pilot, "escape")
        assert len(state.rows) == 3
        await press(pilot, "f3", *"bbbb", "enter")
        assert state.current is not None and state.current.group == SIDE
        await press(pilot, "n")
        assert state.current.group == SIDE
        await press(pilot, "t", "home", "down")
        assert state.current.group == POD
        await press(pilot, "left")
        assert [row.group for row in state.rows].count(APP) == 0
        await press(pilot, "right")
        assert APP in [row.group for row in state.rows]


async def test_enter_shows_one_workload_and_its_processes() -> None:
    async with opened() as (pilot, app, source):
        await press(pilot, "enter")
        assert isinstance(app.screen, WorkloadScreen)
        await until(pilot, lambda text: "of the limit of 640M" in text and "postgres" in text)
        await until(pilot, lambda _: source.groups == {APP})
        await press(pilot, "enter")
        await until(pilot, lambda text: "postgresql/15/bin/postgres" in text)
        await press(pilot, "escape", "escape")
        screen_of(app)


async def test_its_processes_are_those_of_its_group_and_in_the_past_those_of_its_name() -> None:
    """Two users may have a unit of the same name, and a plain group has no name at all."""
    async with opened() as (pilot, app, source):
        rows = source.ring.latest.processes.rows  # type: ignore[union-attr]
        other = next(row for row in rows if row.container is None)
        source.pids = frozenset({other.pid})
        await press(pilot, "enter")
        state = app.screen.state  # type: ignore[attr-defined]
        await until(pilot, lambda _: [row.pid for row in state.rows] == [other.pid])
        assert source.looked == [APP]
        source.pids = frozenset()
        source.sample(with_workloads(9))
        await until(pilot, lambda _: not state.rows)
        await press(pilot, "[")
        await until(pilot, lambda text: "postgres" in text and len(state.rows) == 2)


async def test_explanations_are_of_the_selected_workload() -> None:
    async with opened() as (pilot, _, _source):
        await press(pilot, "x")
        await until(pilot, lambda text: "workloads · shop/web-0/app" in text and "CPU time of all" in text)
        await press(pilot, "escape")
        await until(pilot, lambda text: "sum of 3" in text)


async def test_time_travels_with_the_node() -> None:
    async with opened() as (pilot, _, _source):
        assert "64.0" in await until(pilot, lambda text: "64.0" in text)
        await press(pilot, "[")
        await until(pilot, lambda text: "63.0" in text)
        await press(pilot, "`")
        await until(pilot, lambda text: "64.0" in text)


async def test_a_click_sorts_and_selects() -> None:
    async with opened() as (pilot, app, _):
        state = screen_of(app).state
        header = text_of(app).splitlines()[1]
        await pilot.click(offset=(header.index("TASKS") + 2, 1))
        assert state.sort == "tasks"
        await pilot.click(offset=(5, 3))
        assert state.index == 1
        await pilot.click(offset=(5, 3), times=2)
        await until(pilot, lambda _: isinstance(app.screen, WorkloadScreen))
