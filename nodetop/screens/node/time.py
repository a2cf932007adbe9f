"""The node screen in time: its keys, and what is fetched of a time that no sample in memory reaches back to."""

from dataclasses import dataclass

from nodetop.base.clock import Clock
from nodetop.base.units import duration
from nodetop.base.when import EXAMPLES, parse_when
from nodetop.history.means import mean_snapshot, unsampled
from nodetop.history.ring import Ring
from nodetop.screens.base.moment import Moment
from nodetop.screens.node.panel_keys import PanelKeys
from nodetop.sources.source import SourceError

_POINT_SECONDS = 300.0
_REACH_SECONDS = 12 * 3600.0
"""So far to both sides of a moment history is fetched at a time."""


@dataclass(frozen=True)
class _Past:
    """What is known of a stretch of time: means of history, and behind them the samples there are."""

    ring: Ring
    since: float
    until: float


class NodeTime(PanelKeys):
    """What the node screen is made upon; it gives `hint` and what is left open here."""

    moment: Moment
    node: str | None
    _clock: Clock
    _past: _Past | None = None
    _asked: float | None = None

    def shown_ring(self) -> Ring:
        """Where the moment lies: in the samples in memory, or in what history says about the time before them."""
        if self.node is None:
            return self.view.ring
        samples: Ring = self.source.recent(self.node)
        at = self.moment.at
        if at is None or self.view.replay or (len(samples) and samples[0].taken_at <= at):
            return samples
        if self._past is not None and self._past.since <= at < self._past.until:
            return self._past.ring
        if self._asked != at:
            self._ask_past(at, settle=False)
        return samples

    def _ask_past(self, at: float, *, settle: bool) -> None:
        self._asked = at
        self.run_worker(self._fetch_past(at, settle=settle), group="past", exclusive=True)

    async def _fetch_past(self, at: float, *, settle: bool) -> None:
        """`settle`: the moment moves to where something is known."""
        assert self.node is not None
        since, until = at - _REACH_SECONDS, min(at + _REACH_SECONDS, self._clock.wall())
        try:
            points = await self.source.history(self.node, since, until, _POINT_SECONDS)
        except SourceError as error:
            points = ()
            self.hint(str(error))
        samples = list(self.source.recent(self.node))
        means = [
            mean_snapshot(self.node, point, _POINT_SECONDS)
            for point in unsampled(points, [sample.taken_at for sample in samples])
        ]
        ring = Ring(keep_seconds=float("inf"))
        for snapshot in sorted([*means, *samples], key=lambda snapshot: snapshot.taken_at):
            ring.add(snapshot)
        self._past, self._asked = _Past(ring, since, until), None
        if settle and self.moment.at == at and len(ring):
            is_known = self.moment.go_to(ring.times, at)
            if not is_known or ring[0].taken_at > at:
                self._tell_reach(ring)
        self.show_all()

    def _tell_reach(self, ring: Ring) -> None:
        reach = ring[len(ring) - 1].taken_at - ring[0].taken_at
        trends = self.look.keymap.first("trends")
        self.hint(f"what is known reaches back {duration(reach)} and ends here; {trends} shows the last month")

    # Keys

    def action_pause(self) -> None:
        latest = self.view.ring.latest
        self.moment.toggle_pause(latest.taken_at if latest else None)
        self.show_all()

    def action_step(self, samples: int) -> None:
        self._after_travel(self.moment.step(self.view.ring.times, samples), samples)

    def action_jump(self, seconds: int) -> None:
        self._after_travel(self.moment.jump(self.view.ring.times, seconds), seconds)

    def action_live(self) -> None:
        self.moment.live()
        self.show_all()

    async def action_go_to(self) -> None:
        await self.ask("time", "go to", "", EXAMPLES)

    def go_to(self, text: str) -> str | None:
        """Goes to a time as typed; what is wrong with it, if anything."""
        at = parse_when(text, self.view.now)
        if at is None:
            return f"a time is like {EXAMPLES}"
        if at >= self.view.now:
            self.moment.live()
        elif not self.moment.go_to(self.view.ring.times, at):
            self._travel_beyond(at)
        self.show_all()
        return None

    def _after_travel(self, moved: bool, forward: float) -> None:
        ring = self.view.ring
        if not moved and len(ring):
            if forward < 0:
                self._travel_beyond(ring[0].taken_at - 1)
            elif self.node and ring.latest is not None and ring.latest is not self.source.recent(self.node).latest:
                self._travel_beyond(ring.latest.taken_at + _POINT_SECONDS)
        self.show_all()

    def _travel_beyond(self, at: float) -> None:
        """To a time that the shown ring does not reach: of a live source history is asked, a file has no more."""
        if self.view.replay:
            if len(self.view.ring):
                self._tell_reach(self.view.ring)
            return
        self.moment.at = at
        self._ask_past(at, settle=True)
