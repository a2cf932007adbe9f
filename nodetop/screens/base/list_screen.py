"""What screens of one list have in common: a footer that hints, a line to type in, a menu, the view of a source."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.layout import Layout
from textual.timer import Timer

from nodetop.base.clock import Clock
from nodetop.drawing.rect import Rect
from nodetop.screens.base.bound import BoundScreen
from nodetop.screens.base.overlay import lay_menu, lay_prompt
from nodetop.screens.base.stack import open_over
from nodetop.widgets.base.hints import HintFooter
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_layout import PanelLayout
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import Panel, View
from nodetop.widgets.menus.menu import Menu, MenuPanel
from nodetop.widgets.menus.prompt import Prompt
from nodetop.widgets.pages.help import Section

_HINT_SECONDS = 3.0


class ListScreen(BoundScreen[None]):
    """Panels one below the other, the last but one a list. A subclass says where they stand and what keys do."""

    def __init__(
        self,
        view: View,
        look: Look,
        clock: Clock,
        panels: Sequence[Panel],
    ) -> None:
        super().__init__(look, view)
        self.clock = clock
        self._footer = HintFooter(look.keymap.footer(self.ACTIONS))
        self.panels: dict[str, Panel] = {panel.name: panel for panel in (*panels, self._footer)}
        self._panel_layout = PanelLayout(self._arrange)
        self._hint_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        for name, panel in self.panels.items():
            widget = PanelWidget(panel, self.look, id=name)
            widget.show(self.view)
            yield widget

    def rectangles(self, width: int, height: int) -> dict[str, Rect]:
        """Where the panels stand on a screen of this size: the first over all of it but for the footer."""
        footer = int(height >= 5)
        rectangles = {next(iter(self.panels)): Rect(0, 0, width, height - footer)}
        if footer:
            rectangles["footer"] = Rect(0, height - 1, width, 1)
        return rectangles

    def prepare(self) -> None:
        """Brings view and state up to date, before they are shown."""

    def show_all(self) -> None:
        """Shows view and state as they are now."""
        if not self.is_mounted:
            return
        self.prepare()
        with self.app.batch_update():
            for name in self.rectangles(*self.app.size):
                self.query_one(f"#{name}", PanelWidget).show(self.view)

    # Geometry

    @property
    def layout(self) -> Layout:
        """Where the panels stand, instead of what a style sheet could say."""
        return self._panel_layout

    def arrange_anew(self) -> None:
        """After what stands where has changed."""
        self.query_one("#footer").refresh(layout=True)
        self.show_all()

    def _arrange(self, width: int, height: int) -> dict[str, Rect]:
        rectangles = self.rectangles(width, height)
        if self.query(Prompt):
            rectangles.pop("footer", None)
            rectangles["prompt"] = Rect(0, height - 1, width, 1)
        menu = next(iter(self.query(Menu)), None)
        if menu is not None and isinstance(menu.panel, MenuPanel):
            middle = max((height - len(menu.panel.choices) - 2) // 2, 0)
            rectangles["menu"] = menu.panel.rectangle(Rect(0, middle, width, height), width, height)
        return rectangles

    # Hints and help

    def filter_help(self) -> Sequence[Section]:
        """What the filter of the list understands, for the help; imported when that is opened."""
        return ()

    def on_key(self, event: events.Key) -> None:
        if event.key not in self.active_bindings and self.focused is None:
            self.hint(f"{event.key!r} does nothing here: F1 shows the keys")

    def hint(self, text: str) -> None:
        """Says something in the footer for a moment."""
        self._footer.hint = text
        self.show_all()
        if self._hint_timer is not None:
            self._hint_timer.stop()
        self._hint_timer = self.set_timer(_HINT_SECONDS, self._end_hint)

    def _end_hint(self) -> None:
        self._footer.hint = None
        self.show_all()

    def action_help(self) -> None:
        from nodetop.screens.help import HelpScreen

        open_over(self, HelpScreen(self.ACTIONS, self.look, self.view, self.filter_help()))

    def adopt(self, look: Look, view: View) -> None:
        super().adopt(look, view)
        self._footer.keys = look.keymap.footer(self.ACTIONS)
        self.show_all()

    def action_repaint(self) -> None:
        self.refresh()
        self.show_all()

    # The line in which something is typed

    async def ask(self, kind: str, text: str, note: str) -> None:
        """Opens the line in place of the footer."""
        await lay_prompt(self, Prompt(kind, kind, text, note))

    @property
    def prompt_kind(self) -> str | None:
        """What is asked for in the line; None where it is not open."""
        return next((prompt.kind for prompt in self.query(Prompt)), None)

    def close_prompt(self) -> bool:
        """Closes the line. False if it was not open."""
        prompt = next(iter(self.query(Prompt)), None)
        if prompt is None:
            return False
        prompt.remove()
        self.call_after_refresh(self.arrange_anew)
        return True

    def complain(self, message: str | None) -> None:
        """Says beside the line what is wrong with what stands in it."""
        for prompt in self.query(Prompt):
            prompt.complain(message)

    def on_prompt_done(self, event: Prompt.Done) -> None:
        problem = self.go_to(event.text) if event.kind == "go to" else None
        if problem is None:
            self.close_prompt()
        else:
            self.complain(problem)

    def go_to(self, text: str) -> str | None:
        """Goes to a time as typed; what is wrong with it, if anything."""
        raise NotImplementedError

    # Menus

    async def open_menu(self, kind: str, panel: MenuPanel) -> None:
        """Lays a menu over the list."""
        await lay_menu(self, Menu(kind, panel, self.look, self.view))

    def close_menu(self) -> None:
        """Takes the menu away, if there is one."""
        self.query(Menu).remove()

    async def on_menu_chosen(self, event: Menu.Chosen) -> None:
        self.close_menu()
        if event.choice is not None:
            await self.choose(event.kind, event.choice)

    async def choose(self, kind: str, choice: str) -> None:
        """Does what was chosen in a menu."""
        raise NotImplementedError
