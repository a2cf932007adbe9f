"""The help page, generated from the actions of a screen; it covers the whole screen."""

from collections.abc import Sequence

from textual.binding import Binding

from nodetop.keys.action import Action
from nodetop.keys.keymap import Keymap
from nodetop.keys.overlays import HELP, HELP_SHOWN, overlay_keys
from nodetop.keys.together import Together, together
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back
from nodetop.widgets.base.actions import bind, offer
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.help import HelpPanel
from nodetop.widgets.pages.section import Section

_MOST_KEYS = 4
"""Of more keys in one line, the first and the last are shown."""


def sections(actions: Sequence[Action], keymap: Keymap) -> list[Section]:
    """Actions as sections of help, in their order; those without a key are left out. Some are shown together."""
    rows: dict[str, list[tuple[str, str]]] = {}
    seen: set[Together] = set()
    for action in actions:
        line = together(action.id)
        alike = [action]
        if line is not None:
            alike = [each for each in actions if together(each.id) == line and each.group == action.group]
        if line in seen:
            continue
        keys = [key for each in alike for key in keymap.of(each)]
        if line is not None and len(alike) > 1:
            seen.add(line)
            keys = _in_turn(alike, keymap)
        if keys:
            texts = dict.fromkeys(each.text for each in alike)
            text = line.text if line is not None and line.text and len(alike) > 1 else "; ".join(texts)
            rows.setdefault(action.group, []).append((_shown(keys), text))
    return [Section(title, tuple(each)) for title, each in rows.items()]


def _in_turn(actions: Sequence[Action], keymap: Keymap) -> list[str]:
    """The first key of each action, then the second ones."""
    keys = [keymap.of(action) for action in actions]
    return [each[number] for number in range(max(map(len, keys))) for each in keys if number < len(each)]


def _shown(keys: Sequence[str]) -> str:
    return f"{keys[0]} … {keys[-1]}" if len(keys) > _MOST_KEYS else " ".join(keys)


class HelpScreen(PanelScreen):
    """Opaque: the screen below is not drawn while it is open. It has fixed keys and those the user moves with."""

    shows_data = False  # so the way out stays in view while a hub does not answer

    def __init__(self, actions: Sequence[Action], look: Look, view: View, more: Sequence[Section]) -> None:
        """`more` are sections apart from the keys."""
        self._panel = HelpPanel([*sections(actions, look.keymap), *more])
        super().__init__((self._panel, HintFooter()), look, view)
        keys = overlay_keys(HELP, look.keymap, help="close")
        bind(self, (Binding(key, do, show=False) for key, do in keys.items()))
        self._list = ListKeys(lambda: self._panel.window, self.show_all)
        offer(self, self._list.actions)

    def on_mount(self) -> None:
        self.show_all()
        self.call_after_refresh(self._show_footer)

    def keys_shown(self) -> tuple[tuple[str, str], ...]:
        return HELP_SHOWN if self._panel.window.is_scrollable else HELP_SHOWN[:1]

    def action_close(self) -> None:
        go_back(self)

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self._list.scroll(event.rows)

    def clicked(self, event: PanelWidget.Clicked) -> None:
        go_back(self)
