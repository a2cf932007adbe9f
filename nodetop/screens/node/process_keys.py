"""What keys and mouse do to the process list: cursor, sort order, filter, search, and whose processes are shown."""

from collections.abc import Callable, Sequence

from nodetop.model.snapshot import ProcessMetrics
from nodetop.screens.base.screen import PanelScreen
from nodetop.sources.source import Source
from nodetop.widgets.base.filter import EVERYTHING, Filter
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.menus.menu import Menu, MenuPanel
from nodetop.widgets.menus.prompt import Question
from nodetop.widgets.processes.columns import SORTS
from nodetop.widgets.processes.table import ProcessPanel

_FILTER_NOTE = "text, !text, ~regex, cpu>5 rss>1G user=root"
_EVERYBODY = "everybody"


class ProcessKeys:
    """A part of the node screen; its panel `table` shows the list."""

    def __init__(self, screen: PanelScreen, source: Source, table: ProcessPanel) -> None:
        self.screen = screen
        self.source = source
        self.table = table
        self.state = table.state
        self.list = ListKeys(lambda: self.state, self.changed)
        self.actions: dict[str, Callable[..., object]] = {
            "follow": self.turn_follow,
            "sort": self.sort,
            "sort_next": self.sort_next,
            "reverse": self.reverse,
            "sort_menu": self.open_sort_menu,
            "kernel": self.turn_kernel,
            "irix": self.turn_irix,
            "folders": self.turn_folders,
            "user_menu": self.open_user_menu,
            "filter": self.ask_filter,
            "search": self.ask_search,
            "find": self.find,
        }

    def targets(self) -> Sequence[ProcessMetrics]:
        """The tagged processes that the shown sample has, or the selected ones; those then stay selected."""
        self.state.select(self.state.index)
        return self.state.targets()

    def changed(self) -> None:
        """Draws the list in its new state."""
        self.screen.show("processes")
        self.watch()

    def watch(self) -> None:
        """Asks the source, if it can, to keep the visible rows fresh."""
        self.source.watch(frozenset(row.pid for row in self.state.visible))

    def turn_follow(self) -> None:
        """Keeps the selected process in view, or stops doing so."""
        self.state.follow = not self.state.follow
        if self.state.follow and self.state.selected is None:
            self.state.select(self.state.index)
        self.changed()

    # Sort order

    def sort(self, name: str) -> None:
        """Sorts by a column; if it is the sort column already, reverses the order."""
        self.state.sort_by(name)
        self.changed()

    def sort_next(self, steps: int) -> None:
        """Sorts by the column so many places further on."""
        self.state.sort_next(steps)
        self.changed()

    def reverse(self) -> None:
        """Reverses the order."""
        self.state.reverse = not self.state.reverse
        self.changed()

    async def open_sort_menu(self) -> None:
        """Opens a menu of all columns to sort by."""
        await self._open(MenuPanel("sort by", list(SORTS), list(SORTS).index(self.state.sort)), self.sort)

    # What is shown

    def turn_kernel(self) -> None:
        """Hides or shows kernel threads."""
        self.state.hide_kernel = not self.state.hide_kernel
        self.changed()

    def turn_irix(self) -> None:
        """CPU as a share of one core, or of the whole machine."""
        view = self.screen.view
        view.cpu_of_machine = not view.cpu_of_machine
        self.screen.remember(cpu_of_machine=view.cpu_of_machine)
        self.changed()

    def turn_folders(self) -> None:
        """Commands with the folder of their program, or without."""
        view = self.screen.view
        view.command_folders = not view.command_folders
        self.screen.remember(command_folders=view.command_folders)
        self.changed()

    async def open_user_menu(self) -> None:
        """Opens a menu of all users who have processes."""
        snapshot = self.screen.view.snapshot
        rows = snapshot.processes.rows if snapshot is not None and snapshot.processes is not None else ()
        users = sorted({row.user for row in rows if row.user is not None})
        choices = [_EVERYBODY, *users]
        index = choices.index(self.state.user) if self.state.user in users else 0
        await self._open(MenuPanel("processes of", choices, index), self._show_user)

    def _show_user(self, choice: str) -> None:
        self.state.user = None if choice == _EVERYBODY else choice
        self.changed()

    async def _open(self, panel: MenuPanel, answer: Callable[[str], None]) -> None:
        await self.screen.menus.open(Menu(panel, self.screen.look, self.screen.view), answer)

    def clear_filters(self) -> bool:
        """Shows all processes again. False if all were shown already."""
        was_filtered = bool(self.state.filter.predicates) or self.state.user is not None
        self.state.filter, self.state.user = EVERYTHING, None
        self.changed()
        return was_filtered

    # Filter and search

    async def ask_filter(self) -> None:
        """Opens the line in which a filter is typed."""
        await self.screen.prompts.ask_filter(self.state.filter.text, _FILTER_NOTE, self._filter, rows=self.state)

    def _filter(self, text: str) -> None:
        self.state.filter = _parsed(text)
        self.changed()

    async def ask_search(self) -> None:
        """Opens the line in which a search is typed."""
        await self.screen.prompts.ask(
            Question("search", "", "Enter, then n and N", self._search, done=self._invalid_search)
        )

    def _search(self, text: str) -> str | None:
        problem = self._invalid_search(text)
        if problem is not None:
            return problem
        self.state.search = parsed = _parsed(text)
        found = self.state.find(1, from_here=True) or not parsed.predicates
        self.changed()
        return parsed.problem if found else "no process matches"

    def _invalid_search(self, text: str) -> str | None:
        from nodetop.base.terms import TermError  # late, as in _parsed

        try:
            _parsed(text)
        except TermError as error:
            return str(error)
        return None

    def find(self, steps: int) -> None:
        """Goes to the next match of the search, or the previous one."""
        if not self.state.search.predicates:
            self.screen.hint(f"no search yet: {self.screen.look.keymap.first('search')} searches")
        elif not self.state.find(steps):
            self.screen.hint(f"no process matches {self.state.search.text}")
        elif self.state.search.problem:
            self.screen.hint(self.state.search.problem)
        self.changed()

    # The mouse

    def clicked(self, event: PanelWidget.Clicked) -> bool:
        """A click on a header sorts, one on tree lines opens or closes, any click on a row selects it. True if a row
        was clicked, not its tree lines."""
        fold = self.table.fold_at(event.x, event.y)
        if event.y == 1:
            self.sort(self.table.sort_key_at(event.x))
            return False
        if not self.list.click(self.table.row_at(event.x, event.y)):
            return False
        if fold is not None:
            self.state.fold(wants_open=not self.state.is_open())
            self.changed()
        return fold is None


def _parsed(text: str) -> Filter[ProcessMetrics]:
    """The filter. Raises TermError if the text is not one."""
    # Takes 10 ms to import: not before the first frame.
    from nodetop.widgets.processes.filter import parse_filter

    return parse_filter(text)
