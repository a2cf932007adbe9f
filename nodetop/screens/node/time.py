"""Moving in time on the node screen: its keys, and fetching history for times before the samples in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.base.clock import Clock
from nodetop.base.units import duration
from nodetop.history.means import mean_snapshot, unsampled
from nodetop.history.ring import Ring
from nodetop.model.history import POINT_SECONDS
from nodetop.screens.base import workers
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.time_keys import TimeKeys
from nodetop.sources.source import Source, SourceError

_REACH_SECONDS = 12 * 3600.0
"""History is fetched for this long before and after the selected time."""


@dataclass(frozen=True)
class _Past:
    """A stretch of past time: means from the history, followed by samples where there are any."""

    ring: Ring
    since: float
    until: float


class NodeTime(TimeKeys):
    """A part of the node screen; `node` is None until the first sample has come."""

    def __init__(self, screen: PanelScreen, source: Source, moment: Moment, clock: Clock, node: str | None) -> None:
        super().__init__(screen, moment)
        self.node = node
        self._view = screen.view
        self._source = source
        self._clock = clock
        self._past: _Past | None = None
        self._asked: float | None = None

    def shown_ring(self) -> Ring:
        """The ring that contains the selected time: the samples in memory, or the fetched history."""
        if self.node is None:
            return self._view.ring
        samples: Ring = self._source.recent(self.node)
        at = self.moment.at
        if at is None or self._view.replay or (len(samples) and samples[0].taken_at <= at):
            return samples
        if self._past is not None and self._past.since <= at < self._past.until:
            return self._past.ring
        if self._asked != at:
            self._ask_past(at, settle=False)
        return samples

    def _ask_past(self, at: float, *, settle: bool) -> None:
        self._asked = at
        workers.start(self.screen, self._fetch_past, at, settle, group="past", exclusive=True)

    async def _fetch_past(self, at: float, settle: bool) -> None:
        """`settle`: moves the selected time to where there is data."""
        assert self.node is not None
        since, until = at - _REACH_SECONDS, min(at + _REACH_SECONDS, self._clock.wall())
        try:
            points = await self._source.history(self.node, since, until, POINT_SECONDS)
        except SourceError as error:
            points = ()
            self.screen.hint(str(error))
        samples = list(self._source.recent(self.node))
        means = [
            mean_snapshot(self.node, point, POINT_SECONDS)
            for point in unsampled(points, [sample.taken_at for sample in samples])
        ]
        ring = Ring(keep_seconds=float("inf"))
        for snapshot in sorted([*means, *samples], key=lambda snapshot: snapshot.taken_at):
            ring.add(snapshot)
        self._past, self._asked = _Past(ring, since, until), None
        if self.moment.at == at and len(ring):
            is_known = not settle or self.moment.go_to(ring.times, at)
            if not is_known or ring[0].taken_at > at:
                self._hint_reach(ring)
        self.screen.show_all()

    def _hint_reach(self, ring: Ring) -> None:
        reach = ring[len(ring) - 1].taken_at - ring[0].taken_at
        trends = self.screen.look.keymap.first("trends")
        self.screen.hint(f"no more data: {duration(reach)} available; {trends} shows the last month")

    # What keys need

    def now(self) -> float | None:
        latest = self._view.ring.latest
        return latest.taken_at if latest else None

    def times(self) -> Sequence[float]:
        return self._view.ring.times

    def reach_end(self, forward: float) -> None:
        ring = self._view.ring
        if forward < 0 and len(ring):
            self._travel_beyond(ring[0].taken_at - 1)
        elif self.node and ring.latest is not None and ring.latest is not self._source.recent(self.node).latest:
            self._travel_beyond(ring.latest.taken_at + POINT_SECONDS)

    def travel(self, at: float) -> None:
        if not self.moment.go_to(self.times(), at):
            self._travel_beyond(at)

    def _travel_beyond(self, at: float) -> None:
        """Goes to a time before the shown ring: for a live source history is fetched; a recording has no more."""
        if self._view.replay:
            if len(self._view.ring):
                self._hint_reach(self._view.ring)
            return
        self.moment.at = at
        self._ask_past(at, settle=True)
