"""A fixed grid of time."""

from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.grid import interval_end, interval_start, next_tick

numbers = st.integers(-(10**9), 10**9).map(lambda number: number / 8)
lengths = st.integers(1, 10**5).map(lambda number: number / 8)


@given(numbers, lengths, numbers)
def test_the_next_tick_is_the_first_of_the_grid_after_now(tick: float, interval: float, now: float) -> None:
    found = next_tick(tick, interval, now)
    assert found > now and found >= tick + interval
    assert ((found - tick) / interval).is_integer()
    assert found == tick + interval or found - interval <= now


def test_ticks_that_passed_are_left_out() -> None:
    assert [next_tick(10.0, 2.0, now) for now in (9.0, 10.0, 11.9, 12.0, 17.0)] == [12.0, 12.0, 12.0, 14.0, 18.0]


@given(numbers, lengths)
def test_a_time_is_within_its_interval(at: float, seconds: float) -> None:
    start, end = interval_start(at, seconds), interval_end(at, seconds)
    assert start <= at <= end
    assert end - start in (0, seconds)
    assert (start / seconds).is_integer() and (end / seconds).is_integer()
