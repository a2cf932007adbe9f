"""What keys do to the arrangement of the process list, from tree to columns: a part of the node screen."""

from nodetop.screens.base.overlay import lay_menu
from nodetop.screens.node.process_keys import ProcessKeys
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.menus.columns import ColumnMenu, ColumnMenuPanel


class ProcessListKeys(ProcessKeys):
    """Goes upon what moves, orders and filters the list."""

    # Tree and groups

    def action_tree(self) -> None:
        self.state.turn_tree()
        self._changed()

    def action_group(self) -> None:
        self.state.next_group()
        self._changed()

    def action_group_by(self, kind: str) -> None:
        self.state.turn_group(kind)
        self._changed()

    def action_fold(self, wants_open: bool) -> None:
        if self._has_branches() and not self.state.fold(wants_open=wants_open):
            self.hint("nothing hangs on this row" if self.state.is_open() is None else "it is so already")
        self._changed()

    def action_inwards(self) -> None:
        if self._has_branches():
            self.state.open_or_inwards()
            self._changed()

    def action_outwards(self) -> None:
        if self._has_branches():
            self.state.close_or_outwards()
            self._changed()

    def open_group(self) -> bool:
        """Opens the group whose head is under the bar, or closes it. False if there is no head."""
        if self.state.group is None:
            return False
        self.state.fold(wants_open=not self.state.is_open())
        self._changed()
        return True

    def action_fold_all(self) -> None:
        if self._has_branches():
            self.state.fold_all()
            self._changed()

    def action_whole(self) -> None:
        if self.state.layout == "tree":
            self.state.whole = not self.state.whole
            self._changed()
        else:
            self.hint(f"sums of branches go with the tree: {self.look.keymap.first('tree')}")

    def _has_branches(self) -> bool:
        if not self.state.places:
            self.hint("nothing to open or close in a plain list: " + self._ways())
        return bool(self.state.places)

    def _ways(self) -> str:
        first = self.look.keymap.first
        return f"{first('tree')} shows the tree, {first('group')} groups"

    # Threads

    def action_threads(self) -> None:
        state, snapshot = self.state, self.view.snapshot
        can_read = self.source.read_threads(not state.threads)
        has_some = snapshot is not None and snapshot.processes is not None and bool(snapshot.processes.thread_rows)
        if not can_read and not has_some and not state.threads:
            self.hint("threads are only read by the nodetop of the host they run on, and there on Linux")
            return
        state.threads = not state.threads
        if state.threads and not has_some:
            self.hint("threads come with the next sample")
        self._changed()

    # Tags

    def action_tag(self) -> None:
        self.state.tag()
        self._changed()

    def action_tag_branch(self) -> None:
        self.state.tag_branch()
        self._changed()

    def action_untag(self) -> None:
        if not self.state.tags:
            self.hint(f"nothing is tagged: {self.look.keymap.first('tag')} tags")
        self.state.tags.clear()
        self._changed()

    # Columns

    async def action_columns(self) -> None:
        await lay_menu(self, ColumnMenu(ColumnMenuPanel(self.view.columns), self.look, self.view))

    def on_column_menu_arranged(self, event: ColumnMenu.Arranged) -> None:
        self.view.columns = event.columns
        self.remember(columns=event.columns)
        self._changed()

    # The mouse

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        # Textual then calls the handler of the base, which puts the bar on the row.
        fold = self.table.fold_at(event.x, event.y) if event.panel == "processes" else None
        if fold is not None:
            self.state.select(fold)
            self.state.fold(wants_open=not self.state.is_open())
            self._changed()
