"""A rule of alerts tried on the past of what the source shows: how often it would have opened, and with which limit it
would be quieter."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from nodetop.alerts.rule import RuleError
from nodetop.alerts.trial.report import lines, nothing_known
from nodetop.alerts.trial.tally import Tally
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
SHOWN_SECONDS = 1.0
"""While nodes are read, what came out so far is shown so often."""


class TrialScreen(PanelScreen):
    """`name` is the rule to begin with, `node` the node of the alert."""

    ACTIONS = TRIAL

    def __init__(self, name: str, node: str, source: Source, view: View, look: Look, clock: Clock) -> None:
        self._rule_name, self._first_node = name, node
        self._source, self._clock = source, clock
        self._table: Mapping[str, Any] = {}
        self._has_failed = False
        self._panel = TrialPanel()
        super().__init__((self._panel, HintFooter()), look, view)
        self.list = ListKeys(lambda: self._panel.window, self.show_all)
        offer(self, self.list.actions)

    async def on_mount(self) -> None:
        self._start()

    def _start(self) -> None:
        self._has_failed = False
        self._note("reading the past...")
        workers.start(self, self._begin, group="trial", exclusive=True)

    async def _begin(self) -> None:
        try:
            self._table = await self._rules()
            self._panel.rule = self._panel.rule or written(self._rule_name, self._table)
            await self._try(parse_tried(self._panel.rule, self._table))
        except RuleError as error:
            self._note(str(error))
        except SourceError as error:
            self._has_failed = True
            self._note(str(error))

    async def _rules(self) -> Mapping[str, Any]:
        """The [alerts] table that is in force: the hub's, or this machine's."""
        shared = self._source.alerts
        table = await shared.rules() if shared is not None and shared.is_known else None
        return self.app.settings.alerts if table is None else table

    async def _try(self, tried: TriedRule) -> None:
        """Reads the past of all nodes, that of the alert's node first, and shows what came out so far once a second."""
        until = now_of(self._source, self._clock.wall())
        since = until - PAST_SECONDS
        rows = sorted(await self._source.nodes(), key=lambda row: row.node != self._first_node)
        tally, read, shown_at = Tally(tried, since, until), 0, self._clock.monotonic()
        async for past in known_past(self._source, rows, since, until):
            await asyncio.to_thread(tally.add, past)
            read += 1
            if read < len(rows) and self._clock.monotonic() - shown_at >= SHOWN_SECONDS:
                shown_at = self._clock.monotonic()
                self._show(tally, tried, [f"  so far: {read} of {len(rows)} nodes were read"])
        self._show(tally, tried)

    def _show(self, tally: Tally, tried: TriedRule, more: Sequence[str] = ()) -> None:
        found = tally.report()
        if found is not None:
            self._panel.note, self._panel.text = "", [*lines(self._panel.rule, found), *more]
        else:
            self._panel.note = more[0].strip() if more else nothing_known(tried)
        self.show_all()

    def _note(self, text: str) -> None:
        self._panel.note = text
        self.show_all()

    # Keys

    async def action_try_rule(self) -> None:
        if self._has_failed:
            self._start()
            return
        from nodetop.widgets.menus.prompt import Question  # when it is asked

        await self.prompts.ask(Question("rule", self._panel.rule, EXAMPLES, done=self._typed))

    def _typed(self, text: str) -> str | None:
        try:
            parse_tried(text, self._table)
        except RuleError as error:
            return str(error)
        self._panel.rule = text.strip()
        self._panel.window.home()
        self._start()
        return None

    def action_close(self) -> None:
        if not self.prompts.cancel():
            go_back(self)

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
