"""The help page, generated from the actions of a screen; it covers the whole screen."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from nodetop.keys.action import Action
from nodetop.keys.keymap import Keymap
from nodetop.keys.overlays import HELP, overlay_keys
from nodetop.screens.base.stack import go_back
from nodetop.widgets.base.actions import bind, offer
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.help import HelpPanel
from nodetop.widgets.pages.section import Section


def sections(actions: Sequence[Action], keymap: Keymap) -> list[Section]:
    """Actions as sections of help, in their order; those without a key are left out."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        if keys := keymap.of(action):
            rows.setdefault(action.group, []).append((" ".join(keys), action.text))
    return [Section(title, tuple(each)) for title, each in rows.items()]


class HelpScreen(ModalScreen[None]):
    """Opaque: the screen below is not drawn while it is open. It has fixed keys and those the user moves with."""

    AUTO_FOCUS = ""

    def __init__(self, actions: Sequence[Action], look: Look, view: View, more: Sequence[Section]) -> None:
        """`more` are sections apart from the keys."""
        super().__init__()
        keys = overlay_keys(HELP, look.keymap, help="close")
        bind(self, (Binding(key, do, show=False) for key, do in keys.items()))
        self._panel = HelpPanel([*sections(actions, look.keymap), *more])
        self._list = ListKeys(lambda: self._panel.window, self._show)
        offer(self, self._list.actions)
        self._look = look
        self._view = view

    def compose(self) -> ComposeResult:
        yield PanelWidget(self._panel, self._look, id="help")

    def on_mount(self) -> None:
        self._show()

    def action_close(self) -> None:
        go_back(self)

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        self._list.scroll(event.rows)

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        go_back(self)

    def _show(self) -> None:
        self.query_one(PanelWidget).show(self._view)
