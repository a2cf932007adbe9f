"""The Textual app: brings a source's events to the screens. Keys live with the screens they act on."""

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, cast

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme as TextualTheme

from nodetop.alert_file import AlertFile
from nodetop.alert_watch import AlertWatch
from nodetop.alerts.rule import rules
from nodetop.appearance import look_for, view_for
from nodetop.clock import Clock, SystemClock
from nodetop.drawing.theme import Theme
from nodetop.driver import TtyDriver, driver_for
from nodetop.screens.node import NodeScreen
from nodetop.settings import Settings
from nodetop.sources.cluster_source import ClusterSource
from nodetop.sources.source import Source
from nodetop.tty import Tty
from nodetop.widgets.view import View


class NodetopApp(App[None]):
    """nodetop on a terminal. `tty` is the terminal that a first frame may already stand on; None: Textual's own way.
    `node` is the one of a cluster that is opened first."""

    CSS_PATH = "nodetop.tcss"
    TITLE = "nodetop"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
    ]

    def __init__(
        self,
        source: Source,
        settings: Settings,
        *,
        tty: Tty | None = None,
        clock: Clock | None = None,
        node: str | None = None,
    ) -> None:
        super().__init__(driver_class=driver_for(tty))
        self.source = source
        self._node = node
        self.settings = settings
        self.look = look_for(settings)
        self.clock = clock or SystemClock()
        self.alerts = AlertWatch(source, rules(settings.alerts), AlertFile(settings.data_dir), self.clock)
        self.register_theme(textual_theme(self.look.theme))
        self.theme = f"nodetop-{settings.theme}"
        if "TEXTUAL_ANIMATIONS" not in os.environ:
            self.animation_level = "none"

    def get_default_screen(self) -> Screen[None]:
        view = view_for(self.settings, self.look)
        if not self.source.is_cluster:
            return NodeScreen(self.source, view, self.look, self.clock)
        from nodetop.screens.cluster import ClusterScreen

        return ClusterScreen(cast("ClusterSource", self.source), view, self.look, self.clock)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette has every action of the screen, with its keys."""
        for action in getattr(screen, "ACTIONS", ()):
            # The palette reads its texts as markup, in which this key begins a tag.
            keys = ["left bracket" if key == "[" else key for key in self.look.keymap.of(action)]
            name = action.id.replace("_", " ").capitalize()
            run = partial(screen.run_action, action.do)
            yield SystemCommand(name, f"{action.text} ({' '.join(keys)})" if keys else action.text, run)

    async def on_mount(self) -> None:
        if self._node is not None:
            view = view_for(self.settings, self.look)
            await self.push_screen(NodeScreen(self.source, view, self.look, self.clock, self._node))
        self.run_worker(self._consume(), group="source", exclusive=True)
        self.run_worker(self._catch_up(), group="alerts", exclusive=True)

    async def _consume(self) -> None:
        is_first = True
        async for event in self.source.events():
            if not is_first and isinstance(self._driver, TtyDriver):
                self._driver.end_first_frame()
            is_first = False
            self.alerts.take(event)
            self._show_alerts()
            for screen in self.screen_stack:
                take = getattr(screen, "take", None)
                if take is not None:
                    take(event)

    async def _catch_up(self) -> None:
        await self.alerts.catch_up()
        self._show_alerts()
        show_all = getattr(self.screen, "show_all", None)
        if show_all is not None:  # the next sample may be long in coming
            show_all()

    def _show_alerts(self) -> None:
        """Hands the alerts to the screens when there is news; they show it with the next sample."""
        board = self.alerts.board()
        for screen in self.screen_stack:
            view = getattr(screen, "view", None)
            if isinstance(view, View) and view.board is not board:
                view.board = board

    def action_alerts(self) -> None:
        """Opens the inbox over what is there."""
        from nodetop.screens.alerts import AlertsScreen

        view = getattr(self.screen, "view", None)
        if isinstance(view, View) and not isinstance(self.screen, AlertsScreen):
            self.push_screen(AlertsScreen(self.alerts, self.source, replace(view), self.look, self.clock))

    async def on_unmount(self) -> None:
        await self.source.aclose()


def textual_theme(theme: Theme) -> TextualTheme:
    """Our colours for what Textual draws itself: the line for typing, the command palette, messages."""
    styles = theme.styles
    ink = {name: styles[name].ink or theme.ink for name in ("accent", "good", "warning", "critical", "key")}
    return TextualTheme(
        name=f"nodetop-{theme.name}",
        primary=ink["accent"],
        secondary=ink["key"],
        accent=ink["accent"],
        success=ink["good"],
        warning=ink["warning"],
        error=ink["critical"],
        foreground=theme.ink,
        background=theme.ground,
        surface=styles["input"].ground,
        panel=styles["selected"].ground,
        dark=theme.dark,
    )
