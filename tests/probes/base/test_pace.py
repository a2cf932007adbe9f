"""The budget of CPU time that all readings of a sample share."""

from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.base.pace import Pace

QUOTA, PERIOD = 0.02, 0.1
"""Those of the DaemonSet: 200m."""


class Program:
    """Works, and waits where its budget says so. Its time is faked."""

    def __init__(self, interval: float, quota: float | None = None) -> None:
        self.now, self.used = 1000.0, 7.0
        self.worked: list[tuple[float, float]] = []
        """When, and for how many seconds."""
        self.waited = 0.0
        self.pace = Pace(interval, quota=quota, monotonic=lambda: self.now, used=lambda: self.used, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waited += seconds

    def work(self, seconds: float) -> None:
        self.worked.append((self.now, seconds))
        self.now += seconds
        self.used += seconds
        self.pace.rest()

    def most_in_a_period(self) -> float:
        return max(sum(used for at, used in self.worked if 0 <= at - began < PERIOD) for began, _ in self.worked)


@given(st.lists(st.floats(0.0001, 0.006), min_size=1, max_size=30))
def test_no_period_uses_the_quota_up(pieces: list[float]) -> None:
    program = Program(5.0)
    program.now += 5
    program.pace.begin()
    for piece in pieces:
        program.work(piece)
    assert program.most_in_a_period() < QUOTA
    assert program.waited <= 2.5


@given(st.sampled_from([0.05, 0.1, 0.2, 0.5]), st.lists(st.floats(0.05, 0.15), min_size=20, max_size=60))
def test_a_small_quota_is_not_used_up_by_the_first_sample_nor_a_later_one(quota: float, pieces: list[float]) -> None:
    program = Program(600.0, quota)
    for begins in (False, True):
        if begins:
            program.pace.begin()
        for piece in pieces:
            program.work(piece * quota * PERIOD)
    assert program.most_in_a_period() < quota * PERIOD


def test_a_reading_in_the_background_need_not_end_with_the_sample() -> None:
    program = Program(5.0)
    program.pace.begin()
    program.now += 4
    reading = Thread(target=lambda: [program.work(0.008) for _ in range(10)])
    reading.start()
    reading.join()
    assert program.waited > 0.8
    waited = program.waited
    program.work(0.008)
    assert program.waited == waited, "this is the thread of the samples"


def test_a_sample_with_very_much_to_do_is_in_time_for_the_next() -> None:
    program = Program(5.0)
    program.pace.begin()
    for _ in range(2000):
        program.work(0.001)
    assert program.now <= 1000 + 5
    assert 2.0 < program.waited <= 2.5


def test_little_work_after_a_pause_waits_for_nothing() -> None:
    program = Program(5.0)
    program.now += 5
    program.pace.begin()
    program.work(0.003)
    assert program.waited == 0


def test_nothing_waits_before_the_first_sample_begins_or_without_an_interval() -> None:
    for program, is_begun in ((Program(5.0), False), (Program(0.0), True)):
        if is_begun:
            program.pace.begin()
        for _ in range(50):
            program.work(0.005)
        assert program.waited == 0


def test_a_rest_also_pays_for_what_other_threads_use_meanwhile() -> None:
    program, others = Program(5.0), [0.012, 0.012]
    program.now += 5
    program.pace.begin()

    def sleep(seconds: float) -> None:
        program._sleep(seconds)
        program.used += others.pop() if others else 0.0

    program.pace._sleep = sleep
    program.work(0.005)
    assert not others
    assert program.waited == pytest.approx((0.001 + 0.024 + 0.003) / 0.08)


def test_a_program_that_stops_waits_for_nothing_more() -> None:
    used = [0.0]
    pace = Pace(600.0, monotonic=lambda: 0.0, used=lambda: used[0])
    pace.begin()
    used[0] = 20.0  # which takes 250 s to pay for
    waiting = Thread(target=pace.rest)
    waiting.start()
    pace.end()
    waiting.join(30)
    assert not waiting.is_alive()
    pace.rest()
