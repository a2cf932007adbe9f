"""Hours until a file system is full."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.alerts.filling import Filling, hours_left

STEP = 300.0


def filled(hours: float, start: float, per_hour: float) -> Filling:
    filling = Filling()
    for index in range(int(hours * 12) + 2):
        filling.add(index * STEP, start + per_hour * index / 12, "/")
    return filling


def test_a_straight_line_says_when() -> None:
    filling = filled(4, 50, 5)
    last = filling.points[-1][1]
    assert filling.hours == pytest.approx((100 - last) / 5)


def test_little_is_known_of_the_first_hour() -> None:
    assert filled(0.8, 50, 5).hours is None
    assert filled(1.2, 50, 5).hours is not None


@pytest.mark.parametrize("per_hour", [0, -3])
def test_what_does_not_fill_is_never_full(per_hour: float) -> None:
    assert filled(5, 50, per_hour).hours == inf


@pytest.mark.parametrize("at", range(1, 72))
def test_a_sudden_rise_is_no_forecast(at: int) -> None:
    points = [(index * STEP, 40.0 if index < at else 80.0) for index in range(72)]
    assert hours_left(points) == inf
    growing = [(x, y + x / 3600) for x, y in points]
    assert hours_left(growing) == pytest.approx((100 - growing[-1][1]) / 1, rel=0.15)


def test_another_file_system_begins_anew() -> None:
    filling = filled(4, 50, 5)
    filling.add(6 * 3600, 97, "/other")
    assert filling.hours is None and not filling.points


def test_older_points_go_before() -> None:
    filling = Filling()
    filling.add(7200, 70, "/")
    filling.precede([(index * STEP, 50 + 10 * index / 12) for index in range(48)])
    assert [at for at, _ in filling.points] == [index * STEP for index in range(24)]
    assert filling.hours == pytest.approx((100 - filling.points[-1][1]) / 10)


@given(st.lists(st.tuples(st.floats(-2000, 4000), st.floats(0, 100)), max_size=200))
def test_whatever_comes_space_is_bounded(found: list[tuple[float, float]]) -> None:
    filling, at = Filling(), 1e9
    for step, percent in found:
        at += step
        filling.add(at, percent)
        assert len(filling.points) <= 73
        assert filling.hours is None or filling.hours >= 0
        times = [point[0] for point in filling.points]
        assert times == sorted(times)
