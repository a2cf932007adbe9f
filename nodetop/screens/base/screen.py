"""The base class of all screens of panels. A screen is a subclass of it plus parts: objects that it owns, whose methods
are registered as its Textual actions."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.layout import Layout
from textual.screen import Screen

from nodetop.drawing.rect import Rect
from nodetop.keys.action import Action
from nodetop.keys.names import textual_name
from nodetop.screens.base.hints import Hints
from nodetop.screens.base.menus import Menus
from nodetop.screens.base.monitor_app import MonitorApp
from nodetop.screens.base.prompts import Prompts
from nodetop.sources.source import SourceEvent
from nodetop.widgets.base.actions import bind, bindings_of
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_layout import PanelLayout
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.spots import spot_at
from nodetop.widgets.base.view import WISHES, Panel, View
from nodetop.widgets.menus.menu import Menu
from nodetop.widgets.pages.section import Section


class PanelScreen(Screen[None]):
    """Panels that show one view, with keys from a table. If one is a footer, it can show hints, prompts and menus."""

    app = getters.app(MonitorApp)
    AUTO_FOCUS = ""
    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    shows_data: ClassVar[bool] = True
    """Whether the footer tells why the data is not fresh, in place of the keys."""

    def __init__(self, panels: Iterable[Panel], look: Look, view: View) -> None:
        super().__init__()
        self.look = look
        self.view = view
        self.panels: dict[str, Panel] = {panel.name: panel for panel in panels}
        self.rectangles: dict[str, Rect] = {}
        """Where panels are placed, and menus over them."""
        footer = self.panels.get("footer")
        self.footer = footer if isinstance(footer, HintFooter) else None
        self.hints = Hints(self, self.footer, self._show_footer)
        self.prompts = Prompts(self, self._show_footer)
        self.menus = Menus(self, self._show_footer)
        self._widgets: dict[str, PanelWidget] = {}
        self._places: dict[str, Rect] = {}
        self._panel_layout = PanelLayout(self._arrange)
        bind(self, bindings_of(self.ACTIONS, look.keymap))

    def compose(self) -> ComposeResult:
        for name, panel in self.panels.items():
            widget = self._widgets[name] = PanelWidget(panel, self.look, id=name)
            # All share one view that is kept up to date, so a panel that gets a place later draws current data.
            widget.show(self.view)
            yield widget

    def help_sections(self) -> tuple[Section, ...]:
        """Sections of the help page apart from the keys."""
        return ()

    # Data

    def take(self, event: SourceEvent) -> None:
        """Handles an event of the source."""

    async def demand(self) -> None:
        """Tells the source what this screen needs; called when it is opened and when its interval has changed."""

    def prepare(self) -> None:
        """Updates view and state before they are drawn."""

    def show_all(self) -> None:
        """Draws the current view and state on every panel that has a place."""
        if not self._widgets:
            return
        self.prepare()
        places = self.places(*self.app.size)
        if places != self._places:
            self._places = places
            # On a child: a widget keeps its arrangement until a child asks for another.
            next(iter(self._widgets.values())).refresh(layout=True)
            self.call_after_refresh(self._show_footer)  # what can be scrolled is known once it is drawn
        with self.app.batch_update():
            self.show(*places)

    def show(self, *names: str) -> None:
        """Draws these panels, if they have a place, from the current view."""
        if self.footer is not None and "footer" in names:
            menu = self.menus.shown
            self.footer.keys = menu or self.keys_shown()
            self.footer.has_priority = menu is not None or not self.shows_data
        paint = self.app.paint if self._is_uncovered() else None
        for name in names:
            if name in self._places and name in self._widgets:
                self._widgets[name].show(self.view, self._places[name], paint)

    def _is_uncovered(self) -> bool:
        """Whether nothing lies over the panels: no other screen, no menu, no prompt."""
        widgets = self._widgets.values()
        return self.app.screen is self and all(child in widgets for child in self.children if child.display)

    def _show_footer(self) -> None:
        self.show("footer")

    def action_repaint(self) -> None:
        self.app.repaint_terminal()
        self.refresh()
        self.show_all()

    # Geometry

    @property
    def layout(self) -> Layout:
        """Places the panels, in place of a style sheet."""
        return self._panel_layout

    def places(self, width: int, height: int) -> dict[str, Rect]:
        """Where the panels go on a screen of this size: by default the first one everywhere except on the footer."""
        footer = int("footer" in self.panels and height >= 5)
        places = {next(iter(self.panels)): Rect(0, 0, width, height - footer)}
        if footer:
            places["footer"] = Rect(0, height - 1, width, 1)
        return places

    def beside_menu(self, rows: int, width: int, height: int) -> Rect:
        """What a menu of so many rows is placed at the left of: by default the middle of the screen."""
        return Rect(0, max((height - rows) // 2, 0), width, height)

    def _arrange(self, width: int, height: int) -> dict[str, Rect]:
        self._places = self.places(width, height)
        self.rectangles = dict(self._places)
        if self.prompts.is_open:
            self.rectangles.pop("footer", None)
            self.rectangles["prompt"] = Rect(0, height - 1, width, 1)
        menu = self.menus.panel
        if menu is not None:
            beside = self.beside_menu(len(menu.choices.rows) + 2, width, height)
            self.rectangles["menu"] = menu.rectangle(beside, width, height)
        return self.rectangles

    # Look, keys, hints

    def keys_shown(self) -> tuple[tuple[str, str], ...]:
        """The keys and labels of the last line, most important first, while no menu is open."""
        return self.look.keymap.footer(self.ACTIONS)

    def press(self, key: str) -> None:
        """Does what a key does, by its name in the last line."""
        # From the app, as keys of the terminal: a message does not go up to the one that sent it.
        self.app.call_later(self.app.simulate_key, textual_name(key))

    def adopt(self, look: Look, view: View) -> None:
        """Takes another look, and the user preferences of a view."""
        self.look = look
        bind(self, bindings_of(self.ACTIONS, look.keymap))
        for name in WISHES:
            setattr(self.view, name, getattr(view, name))
        for widget in self.query(PanelWidget):
            widget.look_changed(look)
        self.show_all()
        if self.is_current:
            self.call_later(self.demand)

    def remember(self, **changes: object) -> None:
        """Changes settings by name: they apply everywhere from now on, and at the next start."""
        self.app.change_settings(**changes)

    def hint(self, text: str) -> None:
        """Shows a message for a moment, if the screen has a place for it."""
        self.hints.say(text)

    def on_key(self, event: events.Key) -> None:
        if self.footer is not None and event.key not in self.active_bindings and self.focused is None:
            self.hint(f"{event.key!r} has no function here; F1 shows the keys")

    # Input, choices and mouse

    async def on_menu_chosen(self, event: Menu.Chosen) -> None:
        await self.menus.chosen(event)

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        if event.panel == "footer" and self.footer is not None:
            if (key := self.footer.key_at(event.x)) is not None:
                self.press(key)
            return
        if self.menus.dismiss():
            return
        spot = spot_at(self.panels.get(event.panel), event.x, event.y)
        if spot is not None:
            self.perform(spot)
        else:
            self.clicked(event)

    def perform(self, name: str) -> None:
        """Runs an action of this screen, by its id."""
        for action in self.ACTIONS:
            if action.id == name:
                self.call_later(self.run_action, action.do)
                return

    def on_panel_widget_dragged(self, event: PanelWidget.Dragged) -> None:
        self.dragged(event)

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.wheeled(event)

    def clicked(self, event: PanelWidget.Clicked) -> None:
        """A panel was clicked."""

    def dragged(self, event: PanelWidget.Dragged) -> None:
        """The pointer was dragged over a panel."""

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        """The wheel was turned over a panel."""
