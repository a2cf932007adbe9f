"""Asks a store: expressions in batches, beside each other, and how often it samples its nodes."""

import asyncio
import math
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any

from nodetop.base.text import clean
from nodetop.sources.prometheus.http import PrometheusHttp, QueryError, Series
from nodetop.sources.prometheus.labels import Labels
from nodetop.sources.prometheus.metrics import SEEN
from nodetop.sources.prometheus.promql import PART, Part, Values, batch, quoted, typical_gap, values_by_time, values_of

DEFAULT_INTERVAL = 15.0
MANY_NODES = 200
_LEARN_SECONDS = 600.0
_LOOKED_AT = 5
_WINDOW_INTERVALS, _SHORTEST_WINDOW = 4, 4
"""A rate needs two samples in its window, also if one is late or missing."""
_BROKEN_SECONDS = 600.0
_MOST_PARTS = 256

Ask = Callable[[str], Awaitable[Sequence[Series]]]


class Store:
    """One store. `now` is its clock, as of its last answer."""

    def __init__(self, http: PrometheusHttp, labels: Labels) -> None:
        self.http, self.labels = http, labels
        self.interval = DEFAULT_INTERVAL
        self.is_large = False
        """Whether there are so many nodes that expensive queries are asked rarely."""
        self.now = time.time()
        self._learned_at = -math.inf
        self._most_parts = _MOST_PARTS
        """How many parts this store takes in one query."""
        self._broken: dict[str, tuple[float, str]] = {}
        """Expressions that this store does not answer, with when and why."""

    @property
    def window(self) -> int:
        """The seconds over which rates are computed: some scrape intervals."""
        return max(math.ceil(_WINDOW_INTERVALS * self.interval), _SHORTEST_WINDOW)

    @property
    def notice(self) -> str | None:
        """Which values are missing because the store does not answer their query, or that its answers are not whole."""
        if not self._broken:
            return self.http.warning
        name, (_, reason) = next(iter(self._broken.items()))
        count = len(self._broken)
        return f"{count} value{'s' * (count > 1)} not available ({clean(name)}): {reason}"

    async def learn(self) -> None:
        """Learns how often the store samples its nodes, from a few of them, and again after some minutes. Raises
        SourceError."""
        if time.monotonic() - self._learned_at < _LEARN_SECONDS:
            return
        selector = self.labels.selector.strip().strip("{}")
        seen = f"{SEEN}{{{selector}}}"
        count = f'label_replace(count({seen}), "{PART}", "count", "", "")'
        answer = await self.http.instant(f"topk({_LOOKED_AT}, timestamp({seen})) or {count}")
        self.is_large = any(each.value > MANY_NODES for each in values_of(answer).get("count", ()))
        names = (each.metric.get(self.labels.node, "") for each in answer if PART not in each.metric)
        gaps = await self._gaps([name for name in names if name.isprintable()])
        known = [gap for gap in gaps if gap is not None and gap > 0]
        if known:
            self.interval = min(max(max(known), 0.1), 3600.0)
            self._learned_at = time.monotonic()

    async def _gaps(self, nodes: Sequence[str]) -> list[float | None]:
        """The seconds between the samples of some nodes. None of them if the store does not answer that: some do not
        take each name in a regular expression."""
        if not nodes:
            return []
        one_of = self.labels.joined(f"{self.labels.node}=~{quoted('|'.join(map(re.escape, nodes)))}")
        try:
            series = await self.http.instant(f"{SEEN}{{{one_of}}}[600s]")
        except QueryError:
            return []
        return [typical_gap([at for at, _ in each.values]) for each in series[: 2 * _LOOKED_AT]]

    async def values(self, groups: Iterable[Sequence[Part]], at: float | None = None) -> Values:
        """The results of all parts at a time; None: now. One query for each group. Raises SourceError."""
        answers = await self._answers(groups, lambda query: self.http.instant(query, at))
        found: Values = {}
        for series in answers:
            if series and series[0].value is not None:
                self.now = series[0].value[0] if at is None else self.now
            found |= values_of(series)
        return found

    async def ranges(
        self, groups: Iterable[Sequence[Part]], since: float, until: float, step: float
    ) -> dict[float, Values]:
        """The results of all parts from `since` to `until`, by time. Raises SourceError."""
        answers = await self._answers(groups, lambda query: self.http.range(query, since, until, step))
        return await asyncio.to_thread(values_by_time, [each for series in answers for each in series])

    async def _answers(self, groups: Iterable[Sequence[Part]], ask: Ask) -> list[Sequence[Series]]:
        """The answers to each group. Raises QueryError if the store refuses all of them."""
        now, broken = time.monotonic(), dict[str, tuple[float, str]]()
        self._broken = {name: each for name, each in self._broken.items() if now - each[0] < _BROKEN_SECONDS}
        usable = [[part for part in group if part.name not in self._broken] for group in groups]
        answers = await _together(self._asked(group, ask, broken, now) for group in usable)
        if broken and len(broken) == sum(map(len, usable)):
            raise QueryError(next(iter(broken.values()))[1])
        self._broken |= broken
        return answers

    async def _asked(
        self, parts: Sequence[Part], ask: Ask, broken: dict[str, tuple[float, str]], now: float
    ) -> Sequence[Series]:
        """One query; if the store refuses it, two with half of the parts each, and so on. So a single series that does
        not fit loses nothing but its own value, and a store with a low limit is asked for less at a time."""
        groups = [parts[start : start + self._most_parts] for start in range(0, len(parts), self._most_parts)]
        answers = await _together(self._halved(group, ask, broken, now) for group in groups)
        return [each for answer in answers for each in answer]

    async def _halved(
        self, parts: Sequence[Part], ask: Ask, broken: dict[str, tuple[float, str]], now: float
    ) -> Sequence[Series]:
        """The answers to all of these parts but those that the store refuses, which are put into `broken`."""
        try:
            return await ask(batch(parts))
        except QueryError as error:
            if len(parts) == 1:
                broken[parts[0].name] = now, str(error)
                return ()
        half, known = len(parts) // 2, len(broken)
        answers = await _together(self._halved(each, ask, broken, now) for each in (parts[:half], parts[half:]))
        if len(broken) == known:  # nothing is wrong with any of them: they are too many at once
            self._most_parts = min(self._most_parts, max(half, 1))
        return [each for answer in answers for each in answer]


async def _together(questions: Iterable[Coroutine[Any, Any, Sequence[Series]]]) -> list[Sequence[Series]]:
    """All answers. If one fails, the others are not waited for."""
    tasks = [asyncio.ensure_future(each) for each in questions]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
