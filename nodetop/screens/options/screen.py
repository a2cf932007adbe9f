"""The options: everything that can be changed while the monitor runs, in force and kept at once."""

from textual.app import ComposeResult

from nodetop.keys.options import OPTIONS
from nodetop.screens.base.bound import BoundScreen
from nodetop.screens.base.stack import go_back, open_over
from nodetop.screens.options.choices import options
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.options import OptionRow, OptionsPanel


class OptionsScreen(BoundScreen[None]):
    """Shows the app's settings and changes them."""

    ACTIONS = OPTIONS

    def __init__(self, look: Look, view: View) -> None:
        super().__init__(look, view)
        self._options = options(tuple(view.layout.known))
        self._panel = OptionsPanel()

    def compose(self) -> ComposeResult:
        yield PanelWidget(self._panel, self.look, id="options")

    def on_mount(self) -> None:
        self._show()

    def adopt(self, look: Look, view: View) -> None:
        super().adopt(look, view)
        self._show()

    def hint(self, text: str) -> None:
        self._panel.trouble = text
        self._show()

    def _show(self) -> None:
        settings = self.app.settings
        self._panel.rows = tuple(
            OptionRow(each.group, each.name, each.text(settings), each.note) for each in self._options
        )
        where = settings.settings_file
        self._panel.kept = f"kept in {where}" if where else "in force until the monitor ends"
        self.query_one(PanelWidget).show(self.view)

    def action_move(self, rows: int) -> None:
        self._panel.index = max(0, min(self._panel.index + rows, len(self._options) - 1))
        self._show()

    def action_turn(self, steps: int) -> None:
        settings = self.app.settings
        self._panel.trouble = ""
        self.remember(**self._options[self._panel.index].turned(settings, steps))

    def action_help(self) -> None:
        from nodetop.screens.help import HelpScreen

        open_over(self, HelpScreen(OPTIONS, self.look, self.view, extra=()))

    def action_close(self) -> None:
        go_back(self)

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        row = self._panel.row_at(event.y)
        if row is not None:
            again, self._panel.index = row == self._panel.index, row
            if again:
                self.action_turn(1)
            self._show()

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.action_move(1 if event.rows > 0 else -1)
