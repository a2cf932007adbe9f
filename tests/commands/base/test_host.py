"""The grid of time that --json samples on."""

from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.clock import FakeClock
from nodetop.commands.base.host import sampled
from nodetop.model.snapshot import NodeSnapshot


class Work:
    """A sampler that takes its time."""

    def __init__(self, clock: FakeClock, *seconds: float) -> None:
        self.clock = clock
        self.seconds = list(seconds)
        self.begun: list[float] = []

    def sample(self) -> NodeSnapshot:
        self.begun.append(self.clock.monotonic() - 1000)
        self.clock.advance(self.seconds.pop(0) if self.seconds else 0.0)
        return NodeSnapshot(node="a", taken_at=self.clock.wall(), seq=len(self.begun))


def begun(work: Work, count: int, interval: float, first_gap: float) -> list[float]:
    clock = work.clock
    taken = list(islice(sampled(work.sample, interval, first_gap, clock.monotonic, clock.advance), count))
    assert [snapshot.seq for snapshot in taken] == list(range(2, count + 2))
    return work.begun


def test_the_first_is_kept_back_and_the_grid_begins_with_the_second() -> None:
    assert begun(Work(FakeClock()), 3, 5.0, 1.0) == [0.0, 1.0, 6.0, 11.0]


def test_work_does_not_move_the_grid() -> None:
    assert begun(Work(FakeClock(), 0.0, 0.9, 0.5, 1.9), 4, 2.0, 2.0) == pytest.approx([0.0, 2.0, 4.0, 6.0, 8.0])


def test_points_of_the_grid_that_were_missed_are_left_out() -> None:
    assert begun(Work(FakeClock(), 0.0, 5.5), 3, 2.0, 2.0) == pytest.approx([0.0, 2.0, 8.0, 10.0])


@given(st.lists(st.floats(0, 20), max_size=8), st.sampled_from([0.25, 1.0, 3.0]))
def test_every_sample_lies_on_the_grid(seconds: list[float], interval: float) -> None:
    times = begun(Work(FakeClock(), *seconds), 8, interval, interval)
    origin = times[1]
    for before, after in pairwise(times[1:]):
        steps = (after - origin) / interval
        assert steps == pytest.approx(round(steps), abs=1e-6)
        assert after > before
