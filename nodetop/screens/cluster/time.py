"""Moving in time on the screens of many nodes: one time for all nodes, also when one of them is opened."""

from collections.abc import Callable, Sequence

from nodetop.base.units import duration
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.time_keys import TimeKeys
from nodetop.sources.cluster import Cluster


class ClusterTime(TimeKeys):
    """A part of the screens of many nodes. `moment_changed` fetches the data of the selected time, and draws it."""

    def __init__(
        self,
        screen: PanelScreen,
        cluster: Cluster,
        moment: Moment,
        now: Callable[[], float],
        moment_changed: Callable[[], object],
    ) -> None:
        super().__init__(screen, moment)
        self._cluster = cluster
        self._now = now
        self._moment_changed = moment_changed

    def prepare(self) -> None:
        """Updates the time of the screen's view."""
        view = self.screen.view
        view.now = self._now()
        view.moment = self.moment.at
        view.paused = not self.moment.is_live

    def now(self) -> float:
        return self._now()

    def present(self) -> float:
        return self._now()

    def times(self) -> Sequence[float]:
        return self._cluster.times()

    def changed(self) -> None:
        self._moment_changed()

    def reach_end(self, forward: float) -> None:
        times = self.times()
        if len(times):
            self.screen.hint(f"no more data: {duration(self._now() - times[0])} available")

    def travel(self, at: float) -> None:
        times = self.times()
        if len(times) and at < times[0]:
            self.moment.at = times[0]
            self.reach_end(at - times[0])
        else:
            self.moment.at = at
