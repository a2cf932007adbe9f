"""What every screen of panels is. A screen is one class upon this one; what keys do beyond it, parts of the screen do:
objects that it owns and whose methods it offers to Textual as its actions."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.layout import Layout
from textual.screen import Screen

from nodetop.drawing.rect import Rect
from nodetop.keys.action import Action
from nodetop.screens.base.hints import Hints
from nodetop.screens.base.menus import Menus
from nodetop.screens.base.monitor_app import MonitorApp
from nodetop.screens.base.prompts import Prompts
from nodetop.sources.source import SourceEvent
from nodetop.widgets.base.actions import bind, bindings_of
from nodetop.widgets.base.hints import HintFooter
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_layout import PanelLayout
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import WISHES, Panel, View
from nodetop.widgets.menus.menu import Menu
from nodetop.widgets.menus.prompt import Prompt
from nodetop.widgets.pages.section import Section


class PanelScreen(Screen[None]):
    """Panels that show one view, keys from a table. With a footer among its panels it can hint, ask and open menus."""

    app = getters.app(MonitorApp)
    AUTO_FOCUS = ""
    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    def __init__(self, panels: Iterable[Panel], look: Look, view: View) -> None:
        super().__init__()
        self.look = look
        self.view = view
        self.panels: dict[str, Panel] = {panel.name: panel for panel in panels}
        self.rectangles: dict[str, Rect] = {}
        """Where panels stand, and what lies over them."""
        footer = self.panels.get("footer")
        self.footer = footer if isinstance(footer, HintFooter) else None
        self.hints = Hints(self, self.footer, self._show_footer)
        self.prompts = Prompts(self, self._show_footer)
        self.menus = Menus(self)
        self._widgets: dict[str, PanelWidget] = {}
        self._places: dict[str, Rect] = {}
        self._panel_layout = PanelLayout(self._arrange)
        bind(self, bindings_of(self.ACTIONS, look.keymap))
        self.name_keys()

    def compose(self) -> ComposeResult:
        for name, panel in self.panels.items():
            widget = self._widgets[name] = PanelWidget(panel, self.look, id=name)
            # The one view is kept up to date: a panel that gets a place later draws from it whenever it does.
            widget.show(self.view)
            yield widget

    def help_sections(self) -> tuple[Section, ...]:
        """What the help says besides the keys."""
        return ()

    # Data

    def take(self, event: SourceEvent) -> None:
        """Something happened at the source."""

    def prepare(self) -> None:
        """Brings view and state up to date, before they are shown."""

    def show_all(self) -> None:
        """Shows view and state as they are now, on every panel that has a place."""
        if not self._widgets:
            return
        self.prepare()
        places = self.places(*self.app.size)
        if places != self._places:
            self._places = places
            # Of a child: a widget keeps its arrangement until a child asks for another.
            next(iter(self._widgets.values())).refresh(layout=True)
        with self.app.batch_update():
            self.show(*places)

    def show(self, *names: str) -> None:
        """Shows these panels, as far as they have a place, the view as it is."""
        for name in names:
            if name in self._places and name in self._widgets:
                self._widgets[name].show(self.view)

    def _show_footer(self) -> None:
        self.show("footer")

    def action_repaint(self) -> None:
        self.refresh()
        self.show_all()

    # Geometry

    @property
    def layout(self) -> Layout:
        """Where the panels stand, instead of what a style sheet could say."""
        return self._panel_layout

    def places(self, width: int, height: int) -> dict[str, Rect]:
        """Where the panels stand on a screen of this size: the first over all of it but for the footer."""
        footer = int("footer" in self.panels and height >= 5)
        places = {next(iter(self.panels)): Rect(0, 0, width, height - footer)}
        if footer:
            places["footer"] = Rect(0, height - 1, width, 1)
        return places

    def beside_menu(self, rows: int, width: int, height: int) -> Rect:
        """What a menu of so many rows is put at the left of: the middle of the screen."""
        return Rect(0, max((height - rows) // 2, 0), width, height)

    def _arrange(self, width: int, height: int) -> dict[str, Rect]:
        self._places = self.places(width, height)
        self.rectangles = dict(self._places)
        if self.prompts.is_open:
            self.rectangles.pop("footer", None)
            self.rectangles["prompt"] = Rect(0, height - 1, width, 1)
        menu = self.menus.panel
        if menu is not None:
            beside = self.beside_menu(len(menu.bar.rows) + 2, width, height)
            self.rectangles["menu"] = menu.rectangle(beside, width, height)
        return self.rectangles

    # The look, keys, hints

    def name_keys(self) -> None:
        """Puts the keys of the keymap where they are named."""
        if self.footer is not None:
            self.footer.keys = self.look.keymap.footer(self.ACTIONS)

    def adopt(self, look: Look, view: View) -> None:
        """Another look, and what a view says about how data is to be shown."""
        self.look = look
        bind(self, bindings_of(self.ACTIONS, look.keymap))
        self.name_keys()
        for name in WISHES:
            setattr(self.view, name, getattr(view, name))
        for widget in self.query(PanelWidget):
            widget.look_changed(look)
        self.show_all()

    def remember(self, **changes: object) -> None:
        """Settings by name that were changed here: in force everywhere from now on, and at the next start."""
        self.app.change_settings(**changes)

    def hint(self, text: str) -> None:
        """Says something for a moment, where the screen has a place for it."""
        self.hints.say(text)

    def on_key(self, event: events.Key) -> None:
        if self.footer is not None and event.key not in self.active_bindings and self.focused is None:
            self.hint(f"{event.key!r} does nothing here: F1 shows the keys")

    # What is typed, chosen and pointed at

    def on_prompt_changed(self, event: Prompt.Changed) -> None:
        self.prompts.changed(event)

    def on_prompt_done(self, event: Prompt.Done) -> None:
        self.prompts.done(event)

    async def on_menu_chosen(self, event: Menu.Chosen) -> None:
        await self.menus.chosen(event)

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        self.clicked(event)

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.wheeled(event)

    def clicked(self, event: PanelWidget.Clicked) -> None:
        """A click met a panel."""

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        """The wheel was turned over a panel."""
