"""The help: generated from the actions of a screen, over the whole screen."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from nodetop.keys.action import Action
from nodetop.keys.keymap import Keymap
from nodetop.keys.names import textual_name
from nodetop.screens.base.stack import go_back
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.filter import FIELDS as NODE_FIELDS
from nodetop.widgets.pages.help import FILTER_SIGNS, HelpPanel, Section
from nodetop.widgets.processes.filter import FIELDS as PROCESS_FIELDS

PROCESSES_FILTER = Section(
    "Filter (terms between blanks must all hold)",
    (
        ("java", "name, command, user or PID contains it"),
        ("cpu>5 rss>1G", "numbers: > >= < <= = !=, with K M G T or s m h d"),
        ("user=root", "text: = and !="),
        *FILTER_SIGNS,
        ("!^py.*3$", "as ~, where only an expression has such signs"),
        ("fields", " ".join(PROCESS_FIELDS[:9])),
        ("", " ".join(PROCESS_FIELDS[9:])),
    ),
)

NODES_FILTER = Section(
    "Filter (terms between blanks must all hold)",
    (
        ("web", "name, cluster, state or system contains it"),
        ("cpu>50 disk>90", "numbers: > >= < <= = !=, with K M G T or s m h d"),
        ("state=late", "text: = and !="),
        *FILTER_SIGNS,
        ("fields", " ".join(NODE_FIELDS)),
    ),
)

ALERTS_FILTER = Section(
    "Filter (terms between blanks must all hold)",
    (
        ("memory", "any part of the alert contains it"),
        ("node=web kind=cpu", "also state and severity"),
        *FILTER_SIGNS,
    ),
)

DETAILS_FILTER = Section(
    "Filter (terms between blanks must all hold)",
    (("listen", "lines that contain it"), *FILTER_SIGNS),
)


def sections(actions: Sequence[Action], keymap: Keymap) -> list[Section]:
    """Actions as sections of help, in their order; those without a key are left out."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        if keys := keymap.of(action):
            rows.setdefault(action.group, []).append((" ".join(keys), action.text))
    return [Section(title, tuple(each)) for title, each in rows.items()]


_MOVES = {
    "help": "close", "up": "scroll(-1)", "down": "scroll(1)", "page_up": "scroll(-20)", "page_down": "scroll(20)",
    "half_page_up": "scroll(-10)", "half_page_down": "scroll(10)", "first": "scroll(-1000)", "last": "scroll(1000)",
}  # fmt: skip


class HelpScreen(ModalScreen[None]):
    """Opaque: what lies below is not drawn while it is open. Its keys are fixed, and those the user moves with."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark,h,enter,f10", "close", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-20)", show=False),
        Binding("pagedown,space", "scroll(20)", show=False),
        Binding("home", "scroll(-1000)", show=False),
        Binding("end", "scroll(1000)", show=False),
    ]

    def __init__(
        self, actions: Sequence[Action], look: Look, view: View, extra: Sequence[Section] = (PROCESSES_FILTER,)
    ) -> None:
        super().__init__()
        for name, action in _MOVES.items():
            for key in map(textual_name, look.keymap.keys.get(name, ())):
                if key not in self._bindings.key_to_bindings:
                    self._bindings.bind(key, action, show=False)
        self._panel = HelpPanel([*sections(actions, look.keymap), *extra])
        self._look = look
        self._view = view

    def compose(self) -> ComposeResult:
        yield PanelWidget(self._panel, self._look, id="help")

    def on_mount(self) -> None:
        self._show()

    def action_scroll(self, rows: int) -> None:
        self._panel.top += rows
        self._show()

    def action_close(self) -> None:
        go_back(self)

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.action_scroll(event.rows)

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        go_back(self)

    def _show(self) -> None:
        self.query_one(PanelWidget).show(self._view)
