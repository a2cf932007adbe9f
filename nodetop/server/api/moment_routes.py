"""Replies about all nodes at one moment of the past."""

from collections.abc import Iterable

from msgspec.structs import replace

from nodetop.history.day_file import StoreError
from nodetop.history.hub.history import HubHistory
from nodetop.history.means import mean_snapshot
from nodetop.history.past_rows import row_of_point, row_without_data, trend_of
from nodetop.model.cluster_totals import TREND_SECONDS, summarise
from nodetop.model.hub_api import MomentReply, MomentRow, NodeTrend, ProcessesReply
from nodetop.model.node_status import REPORTING
from nodetop.model.snapshot import HistoryPoint
from nodetop.server.api.process_search import processes_reply
from nodetop.server.base.errors import Refusal
from nodetop.server.fleet.fleet_node import Key


class Moments:
    """Rows of nodes at a moment: from a sample if samples of that time are in memory, else from a point of history."""

    def __init__(self, history: HubHistory, point_seconds: float) -> None:
        self._history = history
        self._seconds = point_seconds

    async def reply(self, cluster: str, keys: Iterable[Key], at: float, trend_points: int) -> MomentReply:
        """The rows of these nodes at a time. Raises Refusal."""
        rows: list[MomentRow] = []
        trends: list[NodeTrend] = []
        for key in keys:
            sample, points = await self._known(key, at)
            rows.append(self._row(key, sample, points, at))
            if trend_points:
                means = trend_of(points, self._seconds, at, trend_points)
                step = TREND_SECONDS / trend_points
                trends.append(NodeTrend(node=key[1], cluster=key[0], step=step, cpu_busy_percent=means))
        return MomentReply(cluster=cluster, time=at, summary=summarise(rows), nodes=tuple(rows), trends=tuple(trends))

    async def processes(
        self, cluster: str, keys: Iterable[Key], at: float, match: str, sort: str, limit: int
    ) -> ProcessesReply:
        """The top processes around a time, from the nodes that were up or late then. Raises Refusal."""
        found: list[tuple[str, str, HistoryPoint]] = []
        for key in keys:
            sample, points = await self._known(key, at)
            last = sample or (points[-1] if points else None)
            if last is not None and self._row(key, sample, points, at).state in REPORTING:
                found.append((*key, last))
        snapshots = ((home, node, mean_snapshot(node, point, self._seconds)) for home, node, point in found)
        return await processes_reply(cluster, snapshots, match, sort, limit)

    async def _known(self, key: Key, at: float) -> tuple[HistoryPoint | None, list[HistoryPoint]]:
        try:
            return await self._history.at(*key, at)
        except (StoreError, OSError):
            raise Refusal(
                503, "history_unreadable", "The history cannot be read at the moment.", retry_after=5
            ) from None

    def _row(self, key: Key, sample: HistoryPoint | None, points: list[HistoryPoint], at: float) -> MomentRow:
        cluster, node = key
        if sample is not None:
            row = row_of_point(node, sample, None, at)
        elif points:
            row = row_of_point(node, points[-1], self._seconds, at)
        else:
            row = row_without_data(node)
        return replace(row, cluster=cluster)
