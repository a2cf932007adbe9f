"""The Textual app: passes a source's events to the screens. Keys are defined with the screens they act on."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, ClassVar

from msgspec.structs import replace
from textual import events
from textual.binding import Binding, BindingType
from textual.screen import Screen

from nodetop.alerts.file import AlertFile
from nodetop.alerts.rules import rules
from nodetop.base.clock import Clock, SystemClock
from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.drawing.runs import Line
from nodetop.keys.keymap import KeymapError
from nodetop.screens.base import workers
from nodetop.screens.base.alert_bell import AlertBell
from nodetop.screens.base.alert_watch import AlertWatch
from nodetop.screens.base.appearance import look_for, view_for
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.monitor_app import MonitorApp
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.textual_theme import textual_theme
from nodetop.screens.node.screen import NodeScreen
from nodetop.settings.memory import Changes, SettingsMemory
from nodetop.settings.options import Settings
from nodetop.settings.tables import changes_of
from nodetop.sources.source import Source, SourceError
from nodetop.sources.targets import Targets
from nodetop.terminal.driver import TtyDriver, driver_for
from nodetop.terminal.styles_cache import free_closed_widgets
from nodetop.terminal.tty import REPORT_CLICKS, REPORT_DRAGS, Tty
from nodetop.widgets.menus.prompt import Prompt


class NodetopApp(MonitorApp):
    """nodetop on a terminal. `tty` is the terminal, on which there may be a first frame already; None: Textual's own
    driver. `node` is the one of a cluster that is opened first; `at` the time that is shown first, None: live.
    `targets` is what else can be shown."""

    CSS_PATH = "nodetop.tcss"
    ENABLE_COMMAND_PALETTE = False  # ours is a menu of the screen
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
        at: float | None = None,
        targets: Targets | None = None,
    ) -> None:
        free_closed_widgets()
        super().__init__(driver_class=driver_for(tty))
        self._node = node
        self._targets = targets
        self._switching = asyncio.Lock()
        self.settings = settings
        self.look = look_for(settings)
        self._unfinished: set[asyncio.Task[None]] = set()
        """What quitting waits for."""
        self._saving = asyncio.Lock()  # saves run in order, so that the last change wins
        self._memory = SettingsMemory(settings.settings_file) if settings.settings_file is not None else None
        self.clock = clock or SystemClock()
        self.on_exit: Callable[[], None] | None = None
        """Called when the app starts to exit."""
        self._is_leaving = False
        self._begin(source, at)
        self.register_theme(textual_theme(self.look.theme))
        self.theme = f"nodetop-{settings.theme}"
        if "TEXTUAL_ANIMATIONS" not in os.environ:
            self.animation_level = "none"

    def _begin(self, source: Source, at: float | None = None) -> None:
        """Takes a source, and all that belongs to it."""
        self.source = source
        self.alerts = AlertWatch(source, rules(self.settings.alerts), AlertFile(self.settings.data_dir), self.clock)
        self.alerts.on_decision = self._show_alerts
        self._bell = AlertBell(self.settings.alert_bell, os.environ)
        self.moment = Moment(at)

    def exit(self, result: None = None, return_code: int = 0, message: Any = None) -> None:
        super().exit(result, return_code, message)
        self._is_leaving = True
        if self.on_exit is not None:
            self.on_exit()

    # Keys and clicks after the one that quits do nothing, as the screens are being closed.

    async def on_event(self, event: events.Event) -> None:
        if not (self._is_leaving and isinstance(event, events.InputEvent)):
            await super().on_event(event)

    async def run_action(self, *arguments: Any, **keywords: Any) -> bool:
        return not self._is_leaving and await super().run_action(*arguments, **keywords)

    def paint(self, lines: Iterable[tuple[int, int, Line]], sgr: Mapping[str, str]) -> bool:
        return isinstance(self._driver, TtyDriver) and self._driver.paint(lines, sgr)

    def repaint_terminal(self) -> None:
        if isinstance(self._driver, TtyDriver):
            self._driver.repaint()

    def get_default_screen(self) -> Screen[None]:
        view = view_for(self.settings, self.look)
        cluster = self.source.cluster
        if cluster is None:
            return NodeScreen(self.source, view, self.look, self.clock, moment=self.moment)
        from nodetop.screens.cluster.screen import ClusterScreen  # one host has no use for it

        return ClusterScreen(self.source, cluster, view, self.look, self.clock, self.moment)

    async def on_mount(self) -> None:
        if self._node is not None:
            view = view_for(self.settings, self.look)
            await self.push_screen(NodeScreen(self.source, view, self.look, self.clock, self._node, self.moment))
        self._follow()

    def _follow(self) -> None:
        """Shows what the source reports from now on, and nothing more of one before it."""
        workers.start(self, self._consume, group="source", exclusive=True)
        workers.start(self, self._catch_up, group="alerts", exclusive=True)

    def report_drags(self, wanted: bool) -> None:
        """See MonitorApp.report_drags. Elsewhere motion is not reported: each report costs two milliseconds."""
        if self._driver is not None:
            self._driver.write(REPORT_DRAGS if wanted else REPORT_CLICKS)

    def change_settings(self, **changes: Any) -> None:
        """Applies and saves changes. Keys that would clash with the user's own are refused."""
        settings = replace(self.settings, **changes)
        try:
            look = look_for(settings)
        except KeymapError as error:
            self.hint(f"preset {settings.keys} conflicts with your own keys: {error}")
            return
        theme_changed = settings.theme != self.settings.theme
        self.settings, self.look = settings, look
        if theme_changed:
            self.register_theme(textual_theme(look.theme))
            self.theme = f"nodetop-{settings.theme}"
        view = view_for(settings, look)
        for screen in self._our_screens():
            screen.adopt(look, view)
        if self._memory is not None:
            self._finish(self._save(self._memory, changes_of(settings, changes)))

    def _finish(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs it to its end, even if the user quits."""
        task = asyncio.create_task(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return task

    async def on_key(self, event: events.Key) -> None:
        # Keys reach this after the screen, so a line that a key opens may exist when the next key comes.
        for prompt in self.screen.query(Prompt):
            await prompt.take_early(event)

    def hint(self, message: str) -> None:
        """Shows one line on the visible screen."""
        for screen in self._our_screens()[-1:]:
            screen.hint(message)

    async def _save(self, memory: SettingsMemory, changes: Changes) -> None:
        """Saves in a thread, as the disk may be slow. The next save waits for it."""
        try:
            async with self._saving:
                await in_daemon_thread(lambda: memory.save(changes))
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or error
            self.hint(f"not saved in {memory.path}: {reason}")

    async def _consume(self) -> None:
        is_first = True
        async for event in self.source.events():
            if not is_first and isinstance(self._driver, TtyDriver):
                self._driver.end_first_frame()
            is_first = False
            self.alerts.take(event)
            self._show_alerts()
            for screen in self._our_screens():
                screen.take(event)

    async def _catch_up(self) -> None:
        await self.alerts.catch_up()
        self._bell.begin(self.alerts.board())
        self._show_alerts()
        for screen in self._our_screens()[-1:]:  # none if the app has ended
            if screen.is_current:
                screen.show_all()  # the next sample may take long

    def _show_alerts(self) -> None:
        """Gives the alerts to the screens when they have changed; they are drawn with the next sample."""
        board = self.alerts.board()
        if (calls := self._bell.take(board)) and self._driver is not None:
            self._driver.write(calls)
        for screen in self._our_screens():
            screen.view.board = board

    def _our_screens(self) -> list[PanelScreen]:
        """The open screens of ours, the top one last; without Textual's own, such as the palette."""
        return [screen for screen in self.screen_stack if isinstance(screen, PanelScreen)]

    # What is watched

    async def action_clusters(self) -> None:
        """Opens the menu of remembered clusters and this host."""
        from nodetop.screens.base.targets_menu import open_targets  # when it is opened

        if (below := self._below("app.clusters")) is not None:
            await open_targets(below, self._targets, self._start_switch)

    def _start_switch(self, targets: Targets, name: str) -> None:
        workers.start(self, self._switch, targets, name, group="switch")

    async def _switch(self, targets: Targets, name: str) -> None:
        """Shows another target once it has answered; until then, and if it does not, the present one stays."""
        async with self._switching:
            self.hint(f"opening {name} …")
            try:
                source = await targets.open(name)
            except SourceError as error:
                self.hint(str(error))
                return
            left = self.source
            self._begin(source)
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            if not self.screen._result_callbacks:  # the default screen was not pushed, which Textual expects
                self.screen._push_result_callback(self.screen, None)
            await self.switch_screen(self.get_default_screen())
            self._follow()
            await self._finish(left.aclose())

    # Screens that can open over any other; imported when first opened

    def _below(self, action: str) -> PanelScreen | None:
        """The visible screen, if its keys have this action: a key that was typed fast may come from one that is covered
        by now."""
        screen = self.screen
        is_its = isinstance(screen, PanelScreen) and any(each.do == action for each in screen.ACTIONS)
        return screen if isinstance(screen, PanelScreen) and is_its else None

    def action_alerts(self) -> None:
        """Opens the alert inbox."""
        from nodetop.screens.alerts import AlertsScreen  # when it is opened

        if (below := self._below("app.alerts")) is not None:
            view = replace(below.view)
            self.push_screen(AlertsScreen(self.alerts, self.source, view, self.look, self.clock, self.moment))

    def action_help(self) -> None:
        """Opens the help page of the screen."""
        from nodetop.screens.help import HelpScreen  # when it is opened

        if (below := self._below("app.help")) is not None:
            self.push_screen(HelpScreen(below.ACTIONS, below.look, below.view, below.help_sections()))

    async def action_options(self) -> None:
        """Opens the options beside the panels of the screen."""
        from nodetop.screens.options.menu import open_options  # when it is opened

        if (below := self._below("app.options")) is not None:
            await open_options(below)

    async def action_palette(self) -> None:
        """Opens the list of all actions of the screen."""
        from nodetop.screens.base.palette import open_palette  # when it is opened

        if (below := self._below("app.palette")) is not None:
            await open_palette(below)

    async def on_unmount(self) -> None:
        await asyncio.gather(*self._unfinished)
        await self.source.aclose()
