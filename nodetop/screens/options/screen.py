"""The options screen: everything that can be changed while the monitor runs; changes apply and are saved at once."""

from nodetop.keys.options import OPTIONS
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back
from nodetop.screens.options.choices import options
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.options import OptionRow, OptionsPanel


class OptionsScreen(PanelScreen):
    """Its app has `settings`, which this screen changes."""

    ACTIONS = OPTIONS

    def __init__(self, look: Look, view: View) -> None:
        self._options = {option.name: option for option in options(tuple(view.layout.known))}
        self._panel = OptionsPanel()
        super().__init__((self._panel,), look, view)
        self.list = ListKeys(lambda: self._panel.list, self.show_all)
        offer(self, self.list.actions)

    def on_mount(self) -> None:
        self.show_all()

    def hint(self, text: str) -> None:
        self._panel.trouble = text
        self.show_all()

    def prepare(self) -> None:
        settings = self.app.settings
        where = settings.settings_file
        self._panel.list.take(
            [OptionRow(each.group, each.name, each.text(settings), each.note) for each in self._options.values()],
            f"saved in {where}" if where else "not saved: only until the monitor ends",
        )

    def action_turn(self, steps: int) -> None:
        chosen = self._panel.list.current
        if chosen is not None:
            self._panel.trouble = ""
            self.remember(**self._options[chosen.name].turned(self.app.settings, steps))

    def action_close(self) -> None:
        go_back(self)

    def clicked(self, event: PanelWidget.Clicked) -> None:
        before = self._panel.list.index
        if self.list.click(self._panel.row_at(event.x, event.y)) and self._panel.list.index == before:
            self.action_turn(1)

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
