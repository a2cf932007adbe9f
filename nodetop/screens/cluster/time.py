"""The screens of many nodes in time: one moment for all of them, and for each node that is opened from there."""

from nodetop.base.units import duration
from nodetop.base.when import EXAMPLES, parse_when
from nodetop.screens.base.bar_screen import BarScreen
from nodetop.screens.base.moment import Moment
from nodetop.sources.cluster import Cluster
from nodetop.sources.source import Source, now_of


class ClusterTime(BarScreen):
    """A subclass shows what there is at the moment, or, of the source, now."""

    source: Source
    cluster: Cluster
    moment: Moment

    def prepare(self) -> None:
        self.view.now = self.now()
        self.view.moment = self.moment.at
        self.view.paused = not self.moment.is_live

    def now(self) -> float:
        """UTC seconds: of the clock, or of a recording."""
        return now_of(self.source, self.clock.wall())

    def moment_changed(self) -> None:
        """Shows the moment, once it is known what there was."""
        raise NotImplementedError

    # Keys

    def action_pause(self) -> None:
        self.moment.toggle_pause(self.now())
        self.moment_changed()

    def action_step_time(self, steps: int) -> None:
        self._after_travel(self.moment.step(self.cluster.times(), steps))

    def action_jump_time(self, seconds: int) -> None:
        self._after_travel(self.moment.jump(self.cluster.times(), seconds))

    def action_live(self) -> None:
        self.moment.live()
        self.moment_changed()

    async def action_go_to(self) -> None:
        await self.ask("go to", "", EXAMPLES)

    def go_to(self, text: str) -> str | None:
        """Goes to a time as typed; what is wrong with it, if anything."""
        now = self.now()
        at = parse_when(text, now)
        if at is None:
            return f"a time is like {EXAMPLES}"
        times = self.cluster.times()
        if at >= now:
            self.moment.live()
        elif len(times) and at < times[0]:
            self.moment.at = times[0]
            self._tell_reach()
        else:
            self.moment.at = at
        self.moment_changed()
        return None

    def _after_travel(self, moved: bool) -> None:
        if not moved:
            self._tell_reach()
        self.moment_changed()

    def _tell_reach(self) -> None:
        times = self.cluster.times()
        if len(times):
            self.hint(f"what is known reaches back {duration(self.now() - times[0])} and ends here")
