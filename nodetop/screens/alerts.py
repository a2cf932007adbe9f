"""The alert inbox: open and ended alerts of all nodes."""

from functools import partial

from msgspec.structs import replace

from nodetop.alerts.alert import Alert
from nodetop.alerts.handling import Scope, scope_of
from nodetop.alerts.words import what as what_of
from nodetop.base.clock import Clock
from nodetop.base.text import clean, cut_host
from nodetop.keys.alerts import ALERTS
from nodetop.screens.base.alert_watch import AlertWatch
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back, open_over
from nodetop.sources.source import Source, SourceEvent
from nodetop.widgets.alerts.inbox import AlertListPanel
from nodetop.widgets.alerts.state import AlertListState
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel
from nodetop.widgets.pages.section import Section

_TIMES = (("1 hour", 3600.0), ("8 hours", 28_800.0), ("1 day", 86_400.0))
_UNMUTE = "unmute"
_NAME_CELLS = 24


class AlertsScreen(PanelScreen):
    """Shows the board of the AlertWatch, updated with each event of the source."""

    ACTIONS = ALERTS

    def __init__(self, watch: AlertWatch, source: Source, view: View, look: Look, clock: Clock, moment: Moment) -> None:
        self.alert_watch = watch
        self.source = source
        self.clock = clock
        self._moment = moment
        self.state = AlertListState()
        self.panel = AlertListPanel(self.state)
        super().__init__((self.panel, HintFooter()), look, view)
        self.list = ListKeys(lambda: self.state, self.show_all)
        offer(self, self.list.actions)

    def on_screen_resume(self) -> None:
        self.show_all()

    def take(self, event: SourceEvent) -> None:
        """Handles an event of the source; the AlertWatch has taken it already."""
        if self.is_current:
            self.show_all()

    def prepare(self) -> None:
        self.view.now = self.alert_watch.now
        self.state.take(self.alert_watch.board(fresh=True))

    # What the user decides

    async def action_acknowledge(self) -> None:
        alert = self.state.current
        if alert is None or alert.has_ended:
            self.hint("this alert has ended; nothing to acknowledge")
            return
        self.state.select(self.state.index)
        await self.alert_watch.acknowledge(alert, seen=not alert.acknowledged)
        self._show_result("acknowledged" if not alert.acknowledged else "no longer acknowledged")

    async def action_mute(self) -> None:
        alert = self.state.current
        if alert is None:
            return
        self.state.select(self.state.index)
        what, node = what_of(alert), cut_host(clean(alert.node), _NAME_CELLS)
        scopes = {"this alert": scope_of(alert), f"{what}, all nodes": Scope(rule=alert.rule), node: Scope(alert.node)}
        choices = {
            f"{name} for {words}": (scope, seconds) for name, scope in scopes.items() for words, seconds in _TIMES
        }
        panel = MenuPanel("mute", [*choices, *([_UNMUTE] if alert.muted_until else [])])
        await self.menus.open(Menu(panel, self.look, self.view), partial(self._mute, alert, choices))

    async def _mute(self, alert: Alert, choices: dict[str, tuple[Scope, float]], choice: str) -> None:
        if choice in choices:
            await self.alert_watch.mute(*choices[choice])
        else:
            await self.alert_watch.unmute(alert)
        self._show_result("unmuted" if choice == _UNMUTE else f"muted: {choice}")

    def _show_result(self, text: str) -> None:
        self.hint(self.alert_watch.problem or text)
        self.show_all()

    # Cursor and filter

    def help_sections(self) -> tuple[Section, ...]:
        from nodetop.screens.base.filter_help import ALERTS_FILTER  # late: only the help page needs them
        from nodetop.screens.base.legend import alert_marks

        return (alert_marks(self.look.glyphs), ALERTS_FILTER)

    async def action_filter(self) -> None:
        note = "words, !word, ~regex, node=web"
        await self.prompts.ask_filter(self.state.filter.text, note, self._filter, rows=self.state)

    def _filter(self, text: str) -> None:
        self.state.filter_by(text)
        self.show_all()

    def action_escape(self) -> None:
        if self.prompts.cancel():
            return
        if self.state.filter.text:
            self._filter("")
        else:
            go_back(self)

    # Other screens

    def action_open(self) -> None:
        from nodetop.screens.node.screen import NodeScreen  # when it is opened

        alert = self.state.current
        if alert is None:
            return
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        if self.source.cluster is None and isinstance(below, NodeScreen):
            screen = below  # a host has only one node, and its screen is below
            go_back(self)
        else:
            self.state.select(self.state.index)
            view = replace(self.view, paused=False, position=None)
            screen = NodeScreen(self.source, view, self.look, self.clock, alert.node, self._moment)
            open_over(self, screen)
        if self.source.is_recording or alert.has_ended:
            screen.moment.at = alert.started_at  # the present says nothing about it

    def action_try_rule(self) -> None:
        from nodetop.screens.trial import TrialScreen  # when it is opened

        alert = self.state.current
        if alert is not None:
            self.state.select(self.state.index)
            view = replace(self.view)
            open_over(self, TrialScreen(alert.rule, alert.node, self.source, view, self.look, self.clock))

    # The mouse

    def clicked(self, event: PanelWidget.Clicked) -> None:
        index = self.panel.row_at(event.x, event.y) if event.panel == "list" else None
        if self.list.click(index) and event.times == 2:
            self.action_open()

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
