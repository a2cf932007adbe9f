"""Keys for the arrangement of the process list: tree, groups, threads, tags, columns."""

from collections.abc import Callable
from functools import partial

from nodetop.screens.node.process_keys import ProcessKeys
from nodetop.widgets.menus.columns import ColumnMenu, ColumnMenuPanel


class ProcessListKeys:
    """A part of the node screen. It arranges the list of `processes`."""

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
        """Switches between tree and flat list."""
        self.state.turn_tree()
        self._changed()

    def next_group(self) -> None:
        """Groups by the next kind."""
        self.state.next_group()
        self._changed()

    def turn_group(self, kind: str) -> None:
        """Groups by this kind, or goes back to the flat list."""
        self.state.turn_group(kind)
        self._changed()

    def fold(self, *, wants_open: bool) -> None:
        """Opens or closes the row under the cursor."""
        if self._has_branches() and not self.state.fold(wants_open=wants_open):
            self.screen.hint(
                "this row has no children"
                if self.state.is_open() is None
                else "already open"
                if wants_open
                else "already closed"
            )
        self._changed()

    def go_inwards(self) -> None:
        """Opens the row; if it is open, goes to its first child."""
        if self._has_branches():
            self.state.open_or_inwards()
            self._changed()

    def go_outwards(self) -> None:
        """Closes the row, or goes to its parent."""
        if self._has_branches():
            self.state.close_or_outwards()
            self._changed()

    def open_group(self) -> None:
        """Opens or closes the group whose header is under the cursor."""
        if self.state.group is not None:
            self.state.fold(wants_open=not self.state.is_open())
            self._changed()

    def fold_all(self) -> None:
        """Opens all rows; if all are open, closes them."""
        if self._has_branches():
            self.state.fold_all()
            self._changed()

    def turn_whole(self) -> None:
        """Shows the sums of branches in every row of the tree, or only in closed ones."""
        if self.state.layout == "tree":
            self.state.whole = not self.state.whole
            self._changed()
        else:
            self.screen.hint(f"sums of branches need the tree: {self.screen.look.keymap.first('tree')} shows it")

    def _has_branches(self) -> bool:
        if not self.state.places:
            first = self.screen.look.keymap.first
            ways = f"{first('tree')} shows the tree, {first('group')} groups"
            self.screen.hint(f"a flat list has nothing to open or close: {ways}")
        return bool(self.state.places)

    # Threads

    def turn_threads(self) -> None:
        """Shows threads as rows of their own, or not."""
        state, snapshot = self.state, self.screen.view.snapshot
        can_read = self.processes.source.read_threads(not state.threads)
        has_some = snapshot is not None and snapshot.processes is not None and bool(snapshot.processes.thread_rows)
        if not can_read and not has_some and not state.threads:
            self.screen.hint("threads can be listed only on the host itself, and only on Linux")
            return
        state.threads = not state.threads
        if state.threads and not has_some:
            self.screen.hint("threads will appear with the next sample")
        self._changed()

    # Tags

    def tag(self) -> None:
        """Tags or untags the process under the cursor."""
        self.state.tag()
        self._changed()

    def tag_branch(self) -> None:
        """Tags it and all its descendants."""
        self.state.tag_branch()
        self._changed()

    def untag(self) -> None:
        """Removes all tags."""
        if not self.state.tags:
            self.screen.hint(f"nothing is tagged; {self.screen.look.keymap.first('tag')} tags a process")
        self.state.tags.clear()
        self._changed()

    # Columns

    async def open_column_menu(self) -> None:
        """Opens a menu in which columns are shown, hidden and moved; each change takes effect at once."""
        view = self.screen.view
        panel = ColumnMenuPanel(view.columns, partial(self.processes.table.columns, view))
        await self.screen.menus.open(ColumnMenu(panel, self.screen.look, view, self._show_columns))

    def _show_columns(self, columns: tuple[str, ...] | None) -> None:
        self.screen.view.columns = columns
        self.screen.remember(columns=columns)
        self._changed()
