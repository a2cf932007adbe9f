"""The list of workloads of a node: containers, pods, units, with the kernel's own numbers for each."""

from collections.abc import Callable

from nodetop.base.clock import Clock
from nodetop.keys.workloads import WORKLOADS
from nodetop.model.cgroups import WorkloadMetrics
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.stack import go_back, open_over
from nodetop.screens.workloads.base import WorkloadPanelScreen
from nodetop.screens.workloads.one import WorkloadScreen
from nodetop.sources.source import Source
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.filter import EVERYTHING
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel
from nodetop.widgets.menus.prompt import Question
from nodetop.widgets.pages.section import Section
from nodetop.widgets.workloads.columns import SORTS, TITLES
from nodetop.widgets.workloads.filter import parse_filter
from nodetop.widgets.workloads.table import WorkloadsPanel

_FILTER_NOTE = "text, !text, ~regex, cpu>5 memory>1G kind=pod"


class WorkloadsScreen(WorkloadPanelScreen):
    """Opened over the node screen, with whose view and time it works."""

    ACTIONS = WORKLOADS

    def __init__(
        self, source: Source, view: View, look: Look, clock: Clock, moment: Moment, update_view: Callable[[], None]
    ) -> None:
        self.clock = clock
        self.panel = WorkloadsPanel()
        self.state = self.panel.state
        super().__init__(self.panel, source, view, look, moment, update_view)
        self.list = ListKeys(lambda: self.state, self._draw)
        offer(self, self.list.actions)

    def visible_groups(self) -> frozenset[str]:
        return frozenset(row.group for row in self.state.visible)

    def chosen_group(self) -> str | None:
        row = self.state.current
        return row.group if row is not None else None

    def help_sections(self) -> tuple[Section, ...]:
        from nodetop.screens.base.filter_help import WORKLOADS_FILTER  # late: only the help page needs them
        from nodetop.screens.base.legend import workload_marks

        return (workload_marks(self.look.glyphs), WORKLOADS_FILTER)

    def _draw(self) -> None:
        self.show("workloads")
        self.watch_visible()

    # Sort order and tree

    def action_sort(self, name: str) -> None:
        self.state.sort_by(name)
        self._draw()

    def action_sort_next(self, steps: int) -> None:
        self.state.sort_next(steps)
        self._draw()

    def action_reverse(self) -> None:
        self.state.reverse = not self.state.reverse
        self._draw()

    async def action_sort_menu(self) -> None:
        panel = MenuPanel("sort by", list(SORTS), list(SORTS).index(self.state.sort))
        await self.menus.open(Menu(panel, self.look, self.view), self.action_sort)

    async def action_columns(self) -> None:
        from nodetop.widgets.menus.columns import ColumnMenu, ColumnMenuPanel  # when it is opened

        panel = ColumnMenuPanel(self.view.workload_columns, self.panel.columns, TITLES)
        await self.menus.open(ColumnMenu(panel, self.look, self.view, self._show_columns))

    def _show_columns(self, columns: tuple[str, ...] | None) -> None:
        self.view.workload_columns = columns
        self.remember(workload_columns=columns)
        self._draw()

    def action_irix(self) -> None:
        self.view.cpu_of_machine = not self.view.cpu_of_machine
        self.remember(cpu_of_machine=self.view.cpu_of_machine)
        self._draw()

    def action_tree(self) -> None:
        self.state.turn_tree()
        self._draw()

    def action_fold(self, wants_open: bool) -> None:
        if self._has_branches() and not self.state.fold(wants_open=wants_open):
            self.hint("nothing to open here" if wants_open else "nothing to close here")
        self._draw()

    def action_inwards(self) -> None:
        if self._has_branches():
            if self.state.is_open():
                self.state.move(1)
            else:
                self.state.fold(wants_open=True)
            self._draw()

    def action_outwards(self) -> None:
        if self._has_branches():
            self.state.outwards()
            self._draw()

    def action_fold_all(self) -> None:
        if self._has_branches():
            self.state.fold_all()
            self._draw()

    def _has_branches(self) -> bool:
        if not self.state.is_tree:
            self.hint(f"a flat list has nothing to open or close: {self.look.keymap.first('tree')} shows the tree")
        return self.state.is_tree

    # Filter and search

    async def action_filter(self) -> None:
        await self.prompts.ask_filter(self.state.filter.text, _FILTER_NOTE, self._filter)

    def _filter(self, text: str) -> None:
        self.state.filter = parse_filter(text)
        self._draw()

    async def action_search(self) -> None:
        await self.prompts.ask(Question("search", "", "Enter, then n and N", self._search, done=self._invalid))

    def _search(self, text: str) -> str | None:
        problem = self._invalid(text)
        if problem is not None:
            return problem
        self.state.search = parsed = parse_filter(text)
        found = not parsed.predicates or self.state.find(1, from_here=True)
        self._draw()
        return parsed.problem if found else "no workload matches"

    def _invalid(self, text: str) -> str | None:
        from nodetop.base.terms import TermError  # late, as in Prompts.ask_filter

        try:
            parse_filter(text)
        except TermError as error:
            return str(error)
        return None

    def action_find(self, steps: int) -> None:
        if not self.state.search.predicates:
            self.hint(f"no search yet: {self.look.keymap.first('search')} searches")
        elif not self.state.find(steps):
            self.hint(f"no workload matches {self.state.search.text}")
        self._draw()

    # Other screens

    def action_details(self) -> None:
        row: WorkloadMetrics | None = self.state.current
        if row is not None:
            self.state.select(self.state.index)
            open_over(self, WorkloadScreen(
                row.group, self.source, self.view, self.look, self.clock, self.moment, self.update_view,
            ))  # fmt: skip

    def action_escape(self) -> None:
        if self.prompts.cancel():
            return
        if self.state.filter.predicates:
            self.state.filter = EVERYTHING
            self._draw()
        else:
            go_back(self)

    def action_close(self) -> None:
        go_back(self)

    # The mouse

    def clicked(self, event: PanelWidget.Clicked) -> None:
        if event.panel != "workloads":
            return
        if event.y == 1:
            self.action_sort(self.panel.sort_key_at(event.x))
        elif self.list.click(self.panel.row_at(event.x, event.y)) and event.times == 2:
            self.action_details()

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
