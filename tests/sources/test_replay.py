import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from nodetop.history.means import MeanSnapshot
from nodetop.model import wire
from nodetop.model.hub_api import MomentRow
from nodetop.model.snapshot import (
    CpuMetrics,
    HistoryPoint,
    HostInfo,
    NodeSnapshot,
    ProcessMetrics,
    ProcessSummary,
    Stat,
    TopProcess,
)
from nodetop.recording.file import Header, Recording, RecordingError
from nodetop.recording.incident_file import IncidentFile
from nodetop.sources.replay import ReplaySource
from nodetop.sources.source import NodesChanged, SnapshotTaken

START = 1_700_000_100.0


def snapshot(seq: int, node: str = "a", at: float | None = None) -> NodeSnapshot:
    rows = (
        ProcessMetrics(pid=1, name="init", cpu_percent=0.0),
        ProcessMetrics(pid=2, name="busy", cpu_percent=float(seq)),
    )
    return NodeSnapshot(
        node=node,
        taken_at=START + seq if at is None else at,
        interval=1.0 if seq else None,
        seq=seq,
        host=HostInfo(cpu_count=4),
        cpu=CpuMetrics(busy_percent=10.0 * seq),
        processes=ProcessSummary(total=2, rows=rows),
    )


def file_of(path: Path, snapshots: Sequence[NodeSnapshot]) -> Path:
    with Recording(path) as recording:
        for each in snapshots:
            recording.add(each)
    return path


async def taken(source: ReplaySource, count: int) -> list[NodeSnapshot]:
    found = []
    async for event in source.events():
        if isinstance(event, SnapshotTaken):
            found.append(event.snapshot)
        else:  # rows are told where there are several nodes
            assert isinstance(event, NodesChanged) and source.cluster is not None
        if len(found) == count:
            break
    return found


async def opened(path: Path, speed: float | None = 1.0, snapshots: Sequence[NodeSnapshot] = ()) -> ReplaySource:
    """A source of a file, made here if snapshots are given. As in the command, no event loop waits for the file."""

    def read() -> ReplaySource:
        return ReplaySource(file_of(path, snapshots) if snapshots else path, speed=speed)

    return await asyncio.to_thread(read)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return file_of(tmp_path / "r", [snapshot(seq) for seq in range(5)])


async def test_a_file_is_played_from_its_first_snapshot_with_rates(path: Path) -> None:
    source = await opened(path, speed=1000)
    assert [each.seq for each in source.recent("a")] == [0, 1]
    assert source.latest().seq == 1
    assert [each.seq for each in await taken(source, 4)] == [1, 2, 3, 4]
    assert [each.seq for each in source.recent("a")] == [0, 1, 2, 3, 4]
    await source.aclose()


async def test_snapshots_come_in_the_order_of_time_at_the_pace_they_were_taken(path: Path) -> None:
    source = await opened(path, speed=20)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await taken(source, 4)
    assert loop.time() - began >= 3 / 20


async def test_speed_zero_has_all_of_it_at_once(path: Path) -> None:
    source = await opened(path, speed=0)
    assert len(source.recent("a")) == 5
    assert [each.seq for each in await taken(source, 1)] == [4]


async def test_a_long_recording_stays_whole(tmp_path: Path) -> None:
    snapshots = [snapshot(seq, at=START + 600 * seq) for seq in range(10)]
    source = await opened(tmp_path / "r", speed=0, snapshots=snapshots)
    assert len(source.recent("a")) == 10


async def test_several_nodes_are_a_cluster(tmp_path: Path) -> None:
    snapshots = [snapshot(seq, node) for seq in range(3) for node in ("a", "b")]
    source = await opened(tmp_path / "r", speed=0, snapshots=snapshots)
    assert source.cluster is source
    assert not source.can_signal
    rows = await source.nodes()
    assert [(row.node, row.cpu_busy_percent, row.cpu_count, row.age_seconds) for row in rows] == [
        ("a", 20.0, 4, 0.0),
        ("b", 20.0, 4, 0.0),
    ]
    assert [each.node for each in source.recent("b")] == ["b"] * 3
    assert len(source.recent("c")) == 0


async def test_every_node_is_told_of_before_the_rest_is_played(tmp_path: Path) -> None:
    snapshots = [snapshot(1, "a"), snapshot(2, "a"), snapshot(2, "b"), snapshot(3, "b")]
    source = await opened(tmp_path / "r", speed=1000, snapshots=snapshots)
    assert {each.node for each in await taken(source, 2)} == {"a", "b"}


async def test_history_is_made_of_the_whole_file(path: Path) -> None:
    source = await opened(path)
    points = await source.history("a", START, START + 10, 2.0)
    assert [(point.at - START, point.samples) for point in points] == [(0, 2), (2, 2), (4, 1)]
    cpu = points[1].cpu_busy_percent
    assert cpu is not None
    assert (cpu.mean, cpu.max) == (25.0, 30.0)
    assert points[1].top_cpu[0].name == "busy"
    assert await source.history("b", START, START + 10, 2.0) == []
    assert await source.history("a", START + 1, START + 2, 60.0) != []


async def test_rows_that_did_not_change_are_shared_and_all_are_equal_to_the_file(path: Path) -> None:
    source = await opened(path, speed=0)
    first, second = source.recent("a")[1].processes, source.recent("a")[2].processes
    assert first is not None
    assert second is not None
    assert first.rows[0] is second.rows[0]
    assert first.rows[1] is not second.rows[1]
    assert [wire.encode(each) for each in source.recent("a")] == [wire.encode(snapshot(seq)) for seq in range(5)]


async def test_closing_ends_the_events(path: Path) -> None:
    source = await opened(path, speed=0.001)
    events = source.events()
    await anext(events)
    rest = asyncio.ensure_future(anext(events))
    await source.aclose()
    await source.aclose()
    with pytest.raises(StopAsyncIteration):
        await rest


def test_a_bad_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("no\n")
    with pytest.raises(RecordingError, match=":1: not a snapshot"):
        ReplaySource(tmp_path / "r")


# Incident files: history where there is no sample.

HOUR = float(int(START) // 3600 * 3600)


@pytest.fixture
def incident(tmp_path: Path) -> Path:
    """An hour of history of "a" and "b"; samples of the last ten minutes of "a", and of two in the middle of "b"."""
    path = tmp_path / "i"
    header = Header(nodetop_recording=2, since=HOUR, until=HOUR + 3590, nodes=("a", "b", "silent"))
    with IncidentFile(path) as file:
        file.begin(header)
        for node, factor in (("a", 1.0), ("b", 2.0)):
            points = [point(HOUR + 300 * number, factor * number) for number in range(12)]
            file.add_points(node, 300.0, points)
        file.add_samples(snapshot(seq, "a", HOUR + 3000 + 5 * seq) for seq in range(118))
        file.add_samples(snapshot(seq, "b", HOUR + 1200 + 5 * seq) for seq in range(24))
        file.commit()
    return path


def point(at: float, busy: float) -> HistoryPoint:
    top = (TopProcess(pid=9, name="batch", value=busy),)
    return HistoryPoint(at=at, samples=60, cpu_busy_percent=Stat(mean=busy, max=2 * busy), top_cpu=top)


async def test_history_stands_in_where_there_is_no_sample(incident: Path) -> None:
    source = await opened(incident, speed=None)
    assert [each.taken_at - HOUR for each in source.recent("a")][:12] == [*range(0, 3000, 300), 3000, 3005]
    kinds = [isinstance(each, MeanSnapshot) for each in source.recent("a")]
    assert kinds == [True] * 10 + [False] * 118
    assert [each.taken_at - HOUR for each in source.recent("b") if isinstance(each, MeanSnapshot)] == [
        at for at in range(0, 3600, 300) if at != 1200
    ]
    assert source.played_until == HOUR + 3590  # the last point's time is not over
    assert source.times() == sorted(each.taken_at for node in "ab" for each in source.recent(node))


async def test_all_nodes_at_a_moment_are_told_from_samples_and_from_history(incident: Path) -> None:
    source = await opened(incident, speed=None)
    found = await source.at(HOUR + 1211, 12)
    a, b = found.nodes
    assert isinstance(a, MomentRow) and not isinstance(b, MomentRow)
    assert (a.cpu_busy_percent, a.mean_seconds, a.state, a.age_seconds) == (4.0, 300.0, "up", None)
    assert (b.cpu_busy_percent, b.age_seconds, b.state) == (20.0, 1.0, "up")
    assert found.summary.nodes_up == 2
    assert found.trends["a"].cpu_busy_percent[-5:] == (None, 0.0, 1.0, 2.0, 3.0)
    later = {row.node: row for row in (await source.at(HOUR + 1200 + 24 * 5 + 100, 12)).nodes}
    assert later["b"].state == "stale"  # its samples ended then, as a node's do that dies
    before = await source.at(HOUR - 1, 12)
    assert [(row.node, row.state, row.cpu_busy_percent) for row in before.nodes] == [
        ("a", "gone", None),
        ("b", "gone", None),
    ]
    processes = await source.processes("", "cpu", 10, HOUR + 1211)
    assert [(row.node, row.name, row.cpu_percent) for row in processes.rows] == [
        ("a", "batch", 4.0),
        ("b", "busy", 2.0),
        ("b", "init", 0.0),
    ]


async def test_trends_are_those_of_the_points(incident: Path) -> None:
    source = await opened(incident, speed=None)
    points = await source.history("a", HOUR, HOUR + 3600, 300.0)
    assert [each.cpu_busy_percent for each in points] == [Stat(mean=n, max=2 * n) for n in map(float, range(12))]
    assert points[4].top_cpu[0].name == "batch"
    hours = await source.history("a", HOUR + 100, HOUR + 3600, 3600.0)
    assert [(each.at, each.samples) for each in hours] == [(HOUR, 720)]
    fine = await source.history("a", HOUR + 2700, HOUR + 3600, 60.0)
    assert [each.at - HOUR for each in fine] == [2700, *range(3000, 3600, 60)]


async def test_an_incident_opens_at_once_and_moves_where_a_speed_is_asked_for(incident: Path) -> None:
    assert len((await opened(incident, speed=None)).times()) == 10 + 118 + 11 + 24
    moving = await opened(incident, speed=1e6)
    assert [each.taken_at for each in await taken(moving, 8)][2:] == [
        HOUR + at for at in (300, 300, 600, 600, 900, 900)
    ]
    assert moving.played_until == HOUR + 1200


async def test_a_damaged_end_is_told_and_the_rest_is_there(incident: Path) -> None:
    damaged = (await asyncio.to_thread(incident.read_bytes))[:-300] + b"\nrubbish\n"
    await asyncio.to_thread(incident.write_bytes, damaged)
    source = await opened(incident, speed=None)
    assert len(source.notices) == 1
    assert "everything up to there was read" in source.notices[0]
    assert len(source.recent("a")) == 128
