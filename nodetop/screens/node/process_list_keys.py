"""What keys do to the arrangement of the process list: tree, groups, threads, tags, columns."""

from collections.abc import Callable

from nodetop.screens.node.process_keys import ProcessKeys
from nodetop.widgets.menus.columns import ColumnMenu, ColumnMenuPanel


class ProcessListKeys:
    """A part of the node screen, beside `processes`, whose list it arranges."""

    def __init__(self, processes: ProcessKeys) -> None:
        self.processes = processes
        self.screen = processes.screen
        self.state = processes.state
        self.actions: dict[str, Callable[..., object]] = {
            "tree": self.turn_tree,
            "group": self.next_group,
            "group_by": self.turn_group,
            "inwards": self.go_inwards,
            "outwards": self.go_outwards,
            "fold_all": self.fold_all,
            "whole": self.turn_whole,
            "threads": self.turn_threads,
            "tag": self.tag,
            "tag_branch": self.tag_branch,
            "untag": self.untag,
            "columns": self.open_column_menu,
        }

    def _changed(self) -> None:
        self.processes.changed()

    # Tree and groups

    def turn_tree(self) -> None:
        """The processes as a tree, and back."""
        self.state.turn_tree()
        self._changed()

    def next_group(self) -> None:
        """In groups of the next kind."""
        self.state.next_group()
        self._changed()

    def turn_group(self, kind: str) -> None:
        """In groups of a kind, and back."""
        self.state.turn_group(kind)
        self._changed()

    def fold(self, *, wants_open: bool) -> None:
        """Opens or closes the row under the bar."""
        if self._has_branches() and not self.state.fold(wants_open=wants_open):
            self.screen.hint("nothing hangs on this row" if self.state.is_open() is None else "it is so already")
        self._changed()

    def go_inwards(self) -> None:
        """Opens the row, or goes inside."""
        if self._has_branches():
            self.state.open_or_inwards()
            self._changed()

    def go_outwards(self) -> None:
        """Closes the row, or goes to the one it hangs on."""
        if self._has_branches():
            self.state.close_or_outwards()
            self._changed()

    def open_group(self) -> None:
        """Opens the group whose head is under the bar, or closes it."""
        if self.state.group is not None:
            self.state.fold(wants_open=not self.state.is_open())
            self._changed()

    def fold_all(self) -> None:
        """Opens all rows; if all are open, closes them."""
        if self._has_branches():
            self.state.fold_all()
            self._changed()

    def turn_whole(self) -> None:
        """Each row of the tree with the sums of its branch, and back."""
        if self.state.layout == "tree":
            self.state.whole = not self.state.whole
            self._changed()
        else:
            self.screen.hint(f"sums of branches go with the tree: {self.screen.look.keymap.first('tree')}")

    def _has_branches(self) -> bool:
        if not self.state.places:
            first = self.screen.look.keymap.first
            ways = f"{first('tree')} shows the tree, {first('group')} groups"
            self.screen.hint(f"nothing to open or close in a plain list: {ways}")
        return bool(self.state.places)

    # Threads

    def turn_threads(self) -> None:
        """Threads as rows of their own, and without."""
        state, snapshot = self.state, self.screen.view.snapshot
        can_read = self.processes.source.read_threads(not state.threads)
        has_some = snapshot is not None and snapshot.processes is not None and bool(snapshot.processes.thread_rows)
        if not can_read and not has_some and not state.threads:
            self.screen.hint("threads are only read by the nodetop of the host they run on, and there on Linux")
            return
        state.threads = not state.threads
        if state.threads and not has_some:
            self.screen.hint("threads come with the next sample")
        self._changed()

    # Tags

    def tag(self) -> None:
        """Tags the process under the bar, or takes its tag away."""
        self.state.tag()
        self._changed()

    def tag_branch(self) -> None:
        """Tags it with all its children."""
        self.state.tag_branch()
        self._changed()

    def untag(self) -> None:
        """Takes all tags away."""
        if not self.state.tags:
            self.screen.hint(f"nothing is tagged: {self.screen.look.keymap.first('tag')} tags")
        self.state.tags.clear()
        self._changed()

    # Columns

    async def open_column_menu(self) -> None:
        """All columns to show, hide and move; each change takes effect at once."""
        view = self.screen.view
        await self.screen.menus.open(
            ColumnMenu(ColumnMenuPanel(view.columns), self.screen.look, view, self._show_columns)
        )

    def _show_columns(self, columns: tuple[str, ...] | None) -> None:
        self.screen.view.columns = columns
        self.screen.remember(columns=columns)
        self._changed()
