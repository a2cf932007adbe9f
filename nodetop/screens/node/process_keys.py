"""What keys and mouse do to the process list, its filter line and its menus: a part of the node screen."""

from collections.abc import Sequence

from nodetop.base.text import clean
from nodetop.drawing.rect import Rect
from nodetop.model.snapshot import ProcessMetrics
from nodetop.screens.acting.acting import ActingKeys
from nodetop.screens.base.overlay import lay_menu, lay_prompt
from nodetop.widgets.base.filter import FilterError
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import Panel
from nodetop.widgets.menus.menu import Menu, MenuPanel
from nodetop.widgets.menus.prompt import Prompt
from nodetop.widgets.processes.columns import SORTS
from nodetop.widgets.processes.filter import EVERYTHING, parse_filter
from nodetop.widgets.processes.state import ProcessState
from nodetop.widgets.processes.table import ProcessPanel

_FILTER_NOTE = "text, !regex, cpu>5 rss>1G user=root"
_EVERYBODY = "everybody"


class ProcessKeys(ActingKeys):
    """What the node screen is made upon; it gives `panels`, `source` and the methods left open here."""

    panels: dict[str, Panel]

    @property
    def table(self) -> ProcessPanel:
        panel = self.panels["processes"]
        assert isinstance(panel, ProcessPanel)
        return panel

    @property
    def state(self) -> ProcessState:
        return self.table.state

    def targets(self) -> Sequence[ProcessMetrics]:
        """The tagged processes that the moment still has, or those under the bar, which it then stays with."""
        self.state.select(self.state.index)
        return self.state.targets()

    def show(self, *names: str) -> None:
        raise NotImplementedError

    def go_to(self, text: str) -> str | None:
        raise NotImplementedError

    def action_jump_to(self, name: str) -> None:
        raise NotImplementedError

    def _watch(self) -> None:
        """Asks the source, where it can, to keep the rows on the screen fresh."""
        self.source.watch(frozenset(row.pid for row in self.state.visible))

    def _changed(self) -> None:
        self.show("processes")
        self._watch()

    # The bar and the scroll

    def action_move(self, rows: int) -> None:
        self.state.move(rows)
        self._changed()

    def action_page(self, pages: float) -> None:
        self.state.page(pages)
        self._changed()

    def action_home(self) -> None:
        self.state.home()
        self._changed()

    def action_end(self) -> None:
        self.state.end()
        self._changed()

    def action_follow(self) -> None:
        self.state.follow = not self.state.follow
        if self.state.follow and self.state.selected is None:
            self.state.select(self.state.index)
        self._changed()

    # Order

    def action_sort(self, name: str) -> None:
        self.state.sort_by(name)
        self._changed()

    def action_sort_next(self, steps: int) -> None:
        self.state.sort_next(steps)
        self._changed()

    def action_reverse(self) -> None:
        self.state.reverse = not self.state.reverse
        self._changed()

    async def action_sort_menu(self) -> None:
        await self._open_menu("sort", MenuPanel("sort by", list(SORTS), list(SORTS).index(self.state.sort)))

    # What is shown

    def action_kernel(self) -> None:
        self.state.hide_kernel = not self.state.hide_kernel
        self._changed()

    def action_irix(self) -> None:
        self.view.cpu_of_machine = not self.view.cpu_of_machine
        self.remember(cpu_of_machine=self.view.cpu_of_machine)
        self._changed()

    async def action_user_menu(self) -> None:
        users = sorted({row.user for row in self._rows() if row.user is not None})
        choices = [_EVERYBODY, *users]
        index = choices.index(self.state.user) if self.state.user in users else 0
        await self._open_menu("user", MenuPanel("processes of", choices, index))

    def _rows(self) -> tuple[ProcessMetrics, ...]:
        snapshot = self.view.snapshot
        return snapshot.processes.rows if snapshot is not None and snapshot.processes is not None else ()

    def clear_filters(self) -> bool:
        """Shows all processes again. False if all were shown."""
        was_filtered = bool(self.state.filter.predicates) or self.state.user is not None
        self.state.filter, self.state.user = EVERYTHING, None
        self._changed()
        return was_filtered

    # Menus

    async def _open_menu(self, kind: str, panel: MenuPanel) -> None:
        await lay_menu(self, Menu(kind, panel, self.look, self.view))

    def close_menu(self) -> None:
        """Takes the menu away, if there is one."""
        self.query(Menu).remove()

    def choose(self, kind: str, choice: str) -> None:
        """Does what was chosen in a menu."""
        if kind == "sort":
            self.state.sort_by(choice)
        else:
            self.state.user = None if choice == _EVERYBODY else choice
        self._changed()

    def menu_rectangle(self, rectangles: dict[str, Rect], width: int, height: int) -> dict[str, Rect]:
        """Where the menu lies, if it is open: at the left of the processes, as high as they are."""
        menu = next(iter(self.query(Menu)), None)
        if menu is None or not isinstance(menu.panel, MenuPanel):
            return {}
        place = rectangles.get("processes", Rect(0, 0, width, height))
        return {"menu": menu.panel.rectangle(place, width, height)}

    # The line in which something is typed

    async def action_filter(self) -> None:
        await self.ask("filter", "filter", self.state.filter.text, _FILTER_NOTE)

    async def action_search(self) -> None:
        await self.ask("search", "search", "", "Enter, then n and N")

    def action_find(self, steps: int) -> None:
        if not self.state.search.predicates:
            self.hint(f"nothing was searched for yet: {self.look.keymap.first('search')}")
        elif not self.state.find(steps):
            self.hint(f"no process matches {self.state.search.text}")
        self._changed()

    async def ask(self, kind: str, label: str, text: str, note: str) -> None:
        """Opens the line in place of the footer."""
        await lay_prompt(self, Prompt(kind, label, text, note))

    def close_prompt(self, *, clear: bool) -> bool:
        """Closes the line; `clear` also undoes what it did. False if it was not open."""
        prompt = next(iter(self.query(Prompt)), None)
        if prompt is None:
            return False
        prompt.remove()
        if clear and prompt.kind == "filter":
            self.state.filter = EVERYTHING
        self._changed()
        self.call_after_refresh(self.show, "footer")
        return True

    def on_prompt_changed(self, event: Prompt.Changed) -> None:
        prompt = next(iter(self.query(Prompt)), None)
        if prompt is None or event.kind == "time":
            return
        try:
            parsed = parse_filter(event.text)
        except FilterError as error:
            prompt.complain(clean(str(error)))  # the last good filter stays
            return
        prompt.complain(None)
        if event.kind == "filter":
            self.state.filter = parsed
        else:
            self.state.search = parsed
            if not self.state.find(1, from_here=True) and parsed.predicates:
                prompt.complain("no process matches")
        self._changed()

    def on_prompt_done(self, event: Prompt.Done) -> None:
        problem = self.go_to(event.text) if event.kind == "time" else None
        if problem is None:
            self.close_prompt(clear=False)
        else:
            self.query_one(Prompt).complain(problem)

    # The mouse

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        if event.panel == "processes":
            row = self.table.row_at(event.y)
            if event.y == 1:
                self.state.sort_by(self.table.sort_key_at(event.x))
            elif row is not None:
                self.state.select(row)
            self._changed()
        if event.panel in self.panels and event.panel not in ("header", "footer"):
            self.action_jump_to(event.panel)

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        if event.panel == "processes":
            self.state.scroll(event.rows)
            self._changed()
