"""The last minutes in memory."""

from hypothesis import given
from hypothesis import strategies as st

from nodetop.history.ring import Ring
from nodetop.model.snapshot import NodeSnapshot, ProcessSummary
from tests.history.samples import START, process, sample


def busy(snapshot: NodeSnapshot) -> float | None:
    return snapshot.cpu.busy_percent if snapshot.cpu else None


@given(st.lists(st.floats(0, 400), max_size=60), st.floats(1, 1000))
def test_it_keeps_what_is_young_enough(gaps: list[float], keep: float) -> None:
    ring, at, times = Ring(keep), START, []
    for gap in gaps:
        at += gap
        times.append(at)
        ring.add(sample(at))
    assert [each.taken_at for each in ring] == [time for time in times if time >= at - keep]
    assert len(ring) == len(list(ring))
    assert (ring.latest.taken_at if ring.latest else None) == (times[-1] if times else None)


def test_it_is_bounded_by_rows_too() -> None:
    rows = tuple(process(pid=pid) for pid in range(10))
    ring = Ring(max_rows=35)
    for index in range(10):
        ring.add(sample(START + index, processes=ProcessSummary(rows=rows)))
    assert [each.taken_at for each in ring] == [START + 7, START + 8, START + 9]
    huge = ProcessSummary(rows=rows * 10)
    ring.add(sample(START + 10, processes=huge))
    assert [each.taken_at for each in ring] == [START + 10]  # never without the newest


def test_a_clock_set_back_begins_anew() -> None:
    ring = Ring()
    for at in (START, START + 1, START - 100, START - 99):
        ring.add(sample(at))
    assert [each.taken_at for each in ring] == [START - 100, START - 99]


def test_the_moment_that_was_on_the_screen() -> None:
    ring = Ring()
    assert ring.index_at(START) is None and ring.latest is None
    for index in range(5):
        ring.add(sample(START + 2 * index))
    assert ring.index_at(START - 1) is None
    assert [ring.index_at(START + offset) for offset in (0, 1, 2, 7.9, 8, 100)] == [0, 0, 1, 3, 4, 4]
    assert ring[2].taken_at == START + 4


def test_a_series_ends_at_a_moment_and_keeps_its_gaps() -> None:
    ring = Ring()
    for index, value in enumerate((1.0, None, 3.0, 4.0)):
        ring.add(sample(START + index, busy=value))
    assert ring.series(busy, 10) == [1, None, 3, 4]
    assert ring.series(busy, 2) == [3, 4]
    assert ring.series(busy, 2, until=1) == [1, None]
    assert Ring().series(busy, 5) == []


def test_each_change_has_a_version() -> None:
    ring = Ring()
    versions = [ring.version]
    for index in range(3):
        ring.add(sample(START + index))
        versions.append(ring.version)
    assert versions == sorted(set(versions))
