"""A cluster that does what a test says: rows of made-up nodes, their trends and processes, and the app upon it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nodetop.app import NodetopApp
from nodetop.base.clock import FakeClock
from nodetop.model.hub_api import ClusterSummary, NodeProcess, NodeWorkload
from nodetop.model.snapshot import NodeStatus, Stat
from nodetop.screens.cluster.screen import ClusterScreen
from nodetop.settings.options import Settings
from nodetop.sources.cluster import Cluster, ClusterMoment, ProcessList, Trend, WorkloadList
from nodetop.sources.source import NodesChanged, SourceError
from tests.screens.scripted import START_TICK, ScriptedSource
from tests.widgets.scenes import GIB, START, server, wave

STATES = {7: "late", 11: "stale", 13: "gone"}


def node_row(number: int, tick: int = 0) -> NodeStatus:
    """Node web-01, web-02 ...: each with its own load; a few of many are not up."""
    busy = wave(tick + 7 * number, 60 + number % 9, 2 + number * 5 % 40, 30 + number * 11 % 70)
    state = STATES.get(number % 40, "up")
    return NodeStatus(
        node=f"web-{number:02d}", cluster="default", state=state,
        age_seconds={"up": 2.0, "late": 17.0, "stale": 140.0, "gone": 90_000.0}[state],
        uptime_seconds=3600.0 * number * 7, cpu_count=4 << number % 4, memory_total_bytes=(8 << number % 4) * GIB,
        processes_total=120 + 9 * number % 300, os="Debian GNU/Linux 12", cpu_busy_percent=busy,
        memory_used_percent=wave(tick + number, 300, 10 + number % 30, 40 + number % 60),
        swap_used_percent=number % 5 * 4.0, filesystem_used_percent=20.0 + number * 13 % 79,
        disk_read_bytes_per_second=busy * 90_000, disk_write_bytes_per_second=busy * 300_000,
        disk_utilisation_percent=busy / 2, network_receive_bytes_per_second=busy * 2_000_000,
        network_transmit_bytes_per_second=busy * 700_000, cpu_celsius=None if number % 6 == 5 else 38 + busy * 0.45,
        load_1m=busy / 12,
    )  # fmt: skip


def rows_of(count: int, tick: int = 0) -> tuple[NodeStatus, ...]:
    return tuple(node_row(number, tick) for number in range(1, count + 1))


def summary_of(rows: Sequence[NodeStatus]) -> ClusterSummary:
    counted = [row for row in rows if row.state in ("up", "late")]
    busy = [row.cpu_busy_percent or 0.0 for row in counted]
    return ClusterSummary(
        nodes_total=len(rows), **{f"nodes_{state}": sum(row.state == state for row in rows)
                                  for state in ("up", "late", "stale", "gone")},
        cpu_busy_percent=Stat(mean=sum(busy) / len(busy), max=max(busy)) if busy else None,
        busiest=max(counted, key=lambda row: row.cpu_busy_percent or 0.0).node if counted else None,
    )  # fmt: skip


class ScriptedCluster(ScriptedSource):
    """Its first node, web-01, is the server of the scenes."""

    name = "hub.example:8082"
    description = "this is hub hub.example:8082"

    def __init__(self, rows: Sequence[NodeStatus] = ()) -> None:
        super().__init__(server(tick) for tick in range(START_TICK + 5))
        self.rows = tuple(rows)
        self.summary: ClusterSummary | None = summary_of(rows) if rows else None
        self.found: Sequence[NodeProcess] | str = ()
        self.workloads_found: Sequence[NodeWorkload] | str = ()
        self.searches: list[tuple[str, str]] = []
        self.searched_at: list[float | None] = []
        self.moments: list[float] = []
        self.past: Sequence[NodeStatus] | str = ()

    @property
    def cluster(self) -> Cluster:
        return self

    async def nodes(self) -> Sequence[NodeStatus]:
        return self.rows

    def tell_rows(self, rows: Iterable[NodeStatus]) -> None:
        self.rows = tuple(rows)
        self.summary = summary_of(self.rows)
        self.tell(NodesChanged(self.rows))

    async def trends(self, points: int) -> Mapping[str, Trend]:
        return {
            row.node: Trend(60.0, tuple(node_row(index, tick).cpu_busy_percent for tick in range(points)))
            for index, row in enumerate(self.rows, 1)
        }

    async def at(self, time: float, points: int) -> ClusterMoment:
        self.moments.append(time)
        if isinstance(self.past, str):
            raise SourceError(self.past)
        rows = self.past or self.rows
        return ClusterMoment(time, summary_of(rows), tuple(rows), await self.trends(points))

    def times(self) -> Sequence[float]:
        return [START + 2.0 * tick for tick in range(START_TICK + 5)]

    async def workloads(self, match: str, sort: str, limit: int) -> WorkloadList:
        self.searches.append((match, sort))
        if isinstance(self.workloads_found, str):
            raise SourceError(self.workloads_found)
        return WorkloadList(len(self.workloads_found), 9, tuple(self.workloads_found))

    async def processes(self, match: str, sort: str, limit: int, at: float | None = None) -> ProcessList:
        self.searches.append((match, sort))
        self.searched_at.append(at)
        if isinstance(self.found, str):
            raise SourceError(self.found)
        found = tuple(row for row in self.found if match in row.command)
        return ProcessList(len(found), found[:limit])


def cluster_app(
    rows: Sequence[NodeStatus] = (), node: str | None = None, **settings: Any
) -> tuple[NodetopApp, ScriptedCluster]:
    """An app upon a cluster, at a time that stands still."""
    source = ScriptedCluster(rows)
    clock = FakeClock(wall=START + 2 * (START_TICK + 4) + 0.5)
    return NodetopApp(source, Settings(**settings), clock=clock, node=node), source


def screen_of(app: Any) -> ClusterScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, ClusterScreen)
    return screen
