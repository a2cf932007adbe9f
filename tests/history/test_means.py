from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from nodetop.history.means import MeanSnapshot, mean_snapshot, unsampled
from nodetop.model.node_status import charted
from nodetop.model.snapshot import CHARTED, HistoryPoint, Stat, TopProcess

values = st.none() | st.floats(0, 1e9).map(lambda mean: Stat(mean=mean, max=2 * mean))
points = st.builds(
    HistoryPoint, at=st.integers(0, 1000).map(lambda number: 300.0 * number), samples=st.integers(1, 60),
    **dict.fromkeys(CHARTED, values),
)  # fmt: skip


@given(points)
def test_a_point_as_a_snapshot_has_its_means_and_nothing_else(point: HistoryPoint) -> None:
    snapshot = mean_snapshot("a", point, 300.0)
    assert (snapshot.node, snapshot.taken_at, snapshot.seconds) == ("a", point.at, 300.0)
    for name, value in asdict(charted(snapshot)).items():
        stat: Stat | None = getattr(point, name)
        if name == "swap_used_percent":
            assert value is None  # a share of a size that a point does not keep
        else:
            assert value == (stat.mean if stat else None), name
    assert snapshot.host is None
    assert (snapshot.memory is None) is (point.memory_used_percent is None)
    assert snapshot.memory is None or snapshot.memory.total_bytes is None
    assert snapshot.processes is not None and snapshot.processes.total is None


def test_those_on_top_are_its_processes_each_once() -> None:
    java, psql = (TopProcess(pid=pid, name=name, user="app", value=value) for pid, name, value in
                  ((7, "java", 80.0), (8, "psql", 20.0)))  # fmt: skip
    memory = TopProcess(pid=7, name="java", user="app", value=35.0)
    snapshot = mean_snapshot("a", HistoryPoint(at=0, samples=1, top_cpu=(java, psql), top_memory=(memory,)), 300.0)
    assert snapshot.processes is not None
    rows = {
        row.pid: (row.name, row.cpu_percent, row.memory_percent, row.resident_bytes) for row in snapshot.processes.rows
    }
    assert rows == {7: ("java", 80.0, 35.0, None), 8: ("psql", 20.0, None, None)}
    assert isinstance(snapshot, MeanSnapshot)


def test_a_point_stands_in_where_its_time_does_not_begin_with_samples() -> None:
    given_points = [HistoryPoint(at=at, samples=1) for at in (900.0, 0.0, 300.0, 600.0)]
    sampled_at = [450.0, 455.0, 601.0, 800.0]
    assert [point.at for point in unsampled(given_points, sampled_at)] == [0.0, 300.0, 900.0]
