"""A node's last hour as numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.history.day_file import Damaged
from nodetop.history.hub import checkpoint
from nodetop.history.hub.checkpoint import NodeState
from nodetop.history.hub.last_hour import KEEP_SECONDS, LastHour
from nodetop.model.node_status import charted
from nodetop.model.snapshot import HostInfo, MemoryMetrics, NodeSnapshot, ProcessSummary
from tests.history.samples import START, process, sample

samples = st.tuples(st.integers(0, 9000), st.none() | st.floats(0, 1e6, width=32))


def hour_of(found: list[NodeSnapshot]) -> LastHour:
    hour = LastHour()
    for each in found:
        hour.add(each, charted(each))
    return hour


@given(st.lists(samples, max_size=40, unique_by=lambda each: each[0]))
def test_it_keeps_the_samples_of_an_hour_in_order(found: list[tuple[int, float | None]]) -> None:
    hour, newest, kept = LastHour(), 0.0, {}
    for offset, busy in found:
        each = sample(START + offset, busy)
        hour.add(each, charted(each))
        newest = max(newest, each.taken_at)
        kept[each.taken_at] = busy
        kept = {at: value for at, value in kept.items() if at >= newest - KEEP_SECONDS}
    points = hour.points(0, START + 10_000)
    assert [point.at for point in points] == sorted(kept)
    for point in points:
        busy = kept[point.at]
        assert (point.cpu_busy_percent is None) == (busy is None)
        if point.cpu_busy_percent is not None:
            assert point.cpu_busy_percent.mean == point.cpu_busy_percent.max == pytest.approx(busy, rel=1e-6)
    again = LastHour.restored(hour.stored())
    assert again.points(0, START + 10_000) == points


def test_a_minute_says_who_was_on_top() -> None:
    found = []
    for index in range(30):
        rows = (process(pid=index, name=f"p{index}", cpu_percent=float(index), memory_percent=1.0),)
        found.append(sample(START + 5 * index, processes=ProcessSummary(rows=rows)))
    points = hour_of(found).points(START, START + 3600)
    assert [top.name for top in points[0].top_cpu] == ["p11", "p10", "p9"]
    assert [top.name for top in points[29].top_cpu] == ["p29", "p28", "p27"]


def test_boots_and_oom_kills_are_known_from_their_sample_on() -> None:
    found = []
    for index in range(900):
        boot, kills = (100.0, index // 100) if index < 500 else (START + 2400.0, 0)
        found.append(sample(START + 5 * index, host=HostInfo(boot_time=boot), memory=MemoryMetrics(oom_kills=kills)))
    hour = hour_of(found)
    for again in (hour, LastHour.restored(hour.stored())):
        points = {point.at: (point.boot_time, point.oom_kills) for point in again.points(0, START + 9000)}
        assert points[START + 5 * 200] == (100.0, 2)
        assert points[START + 5 * 499] == (100.0, 4)
        assert points[START + 5 * 500] == (START + 2400.0, 0)


def test_numbers_too_large_are_not_known() -> None:
    (point,) = hour_of([sample(START, 1e300)]).points(0, START + 1)
    assert point.cpu_busy_percent is None


def test_a_checkpoint_comes_back_or_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "checkpoint"
    position, none = checkpoint.read(path)
    assert (position, list(none)) == (0, [])
    hour = hour_of([sample(START + index) for index in range(5)])
    states = [
        NodeState(cluster="c", node=f"n{index}", latest=None, seen={"b": [(1, 5)]}, hour=hour.stored())
        for index in range(3)
    ]
    checkpoint.write(path, 12345, states)
    position, read = checkpoint.read(path)
    assert (position, list(read)) == (12345, states)
    whole = path.read_bytes()
    for spoilt in (whole[:-1], whole[:30], b"", whole[:40] + b"x" + whole[41:], b"nodetop hub checkpoint 2\n"):
        path.write_bytes(spoilt)
        with pytest.raises(Damaged):
            list(checkpoint.read(path)[1])


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=30, unique=True), st.integers(-10, 3100))
def test_a_time_has_the_last_sample_before_it(offsets: list[int], offset: int) -> None:
    hour = hour_of([sample(START + each, float(each)) for each in sorted(offsets)])
    found = hour.at(START + offset)
    before = [each for each in offsets if each <= offset]
    assert (found.at if found else None) == (START + max(before) if before else None)
    assert found is None or found in hour.points(0, START + 4000)
