"""A rule of alerts tried on the past of what the source shows: how often it would have opened, and with which limit it
would be quieter."""

import asyncio
from collections.abc import Mapping
from typing import Any

from nodetop.alerts.rule import RuleError
from nodetop.alerts.trial.past import NodePast
from nodetop.alerts.trial.report import lines, nothing_known, report
from nodetop.alerts.trial.tried_rule import EXAMPLES, TriedRule, parse_tried, written
from nodetop.base.clock import Clock
from nodetop.keys.trial import TRIAL
from nodetop.screens.base import workers
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back
from nodetop.sources.past import known_past
from nodetop.sources.source import Source, SourceError, now_of
from nodetop.widgets.alerts.trial import TrialPanel
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View

PAST_SECONDS = 30 * 86_400.0
MOST_NODES = 64
"""The past of at most so many nodes is requested; that of the alert's node first."""


class TrialScreen(PanelScreen):
    """`name` is the rule to begin with, `node` the node of the alert."""

    ACTIONS = TRIAL

    def __init__(self, name: str, node: str, source: Source, view: View, look: Look, clock: Clock) -> None:
        self._rule_name, self._first_node = name, node
        self._source, self._clock = source, clock
        self._table: Mapping[str, Any] = {}
        self._past: list[NodePast] | None = None
        self._left_out = 0
        self._panel = TrialPanel()
        super().__init__((self._panel, HintFooter()), look, view)
        self.list = ListKeys(lambda: self._panel.window, self.show_all)
        offer(self, self.list.actions)

    async def on_mount(self) -> None:
        self._read_past()

    def _read_past(self) -> None:
        self._note("reading the past...")
        workers.start(self, self._begin, group="trial", exclusive=True)

    async def _begin(self) -> None:
        try:
            self._table = await self._rules()
            self._panel.rule = written(self._rule_name, self._table)
            self._past = await self._read()
        except (SourceError, RuleError) as error:
            self._note(str(error))
            return
        await self._try(self._panel.rule)

    async def _rules(self) -> Mapping[str, Any]:
        """The [alerts] table that is in force: the hub's, or this machine's."""
        shared = self._source.alerts
        table = await shared.rules() if shared is not None and shared.is_known else None
        return self.app.settings.alerts if table is None else table

    async def _read(self) -> list[NodePast]:
        until = now_of(self._source, self._clock.wall())
        rows = sorted(await self._source.nodes(), key=lambda row: row.node != self._first_node)
        self._left_out = max(len(rows) - MOST_NODES, 0)
        return await known_past(self._source, rows[:MOST_NODES], until - PAST_SECONDS, until)

    async def _try(self, text: str) -> None:
        try:
            await self._report(text, parse_tried(text, self._table))
        except RuleError as error:
            self._note(str(error))

    async def _report(self, text: str, tried: TriedRule) -> None:
        past, until = self._past or [], now_of(self._source, self._clock.wall())
        self._note("trying...")
        found = await asyncio.to_thread(report, past, tried, until)
        if found is None:
            self._note(nothing_known(tried))
            return
        left_out = [f"  {self._left_out} more nodes are left out"] if self._left_out else []
        self._panel.note, self._panel.text = "", [*lines(text, found), *left_out]
        self._panel.window.home()
        self.show_all()

    def _note(self, text: str) -> None:
        self._panel.note = text
        self.show_all()

    # Keys

    async def action_try_rule(self) -> None:
        if self._past is None:
            self._read_past()  # it failed, or takes long
            return
        from nodetop.widgets.menus.prompt import Question  # when it is asked

        await self.prompts.ask(Question("rule", self._panel.rule, EXAMPLES, done=self._typed))

    def _typed(self, text: str) -> str | None:
        try:
            parse_tried(text, self._table)
        except RuleError as error:
            return str(error)
        self._panel.rule = text.strip()
        workers.start(self, self._try, self._panel.rule, group="trial", exclusive=True)
        return None

    def action_close(self) -> None:
        if not self.prompts.cancel():
            go_back(self)

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
