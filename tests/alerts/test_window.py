"""The mean of the last seconds."""

from hypothesis import given
from hypothesis import strategies as st

from nodetop.alerts.window import Window

steps = st.lists(st.tuples(st.floats(0.1, 120), st.floats(0, 100)), max_size=120)


@given(st.floats(1, 900), steps)
def test_it_lies_between_the_values_and_space_is_bounded(seconds: float, found: list[tuple[float, float]]) -> None:
    window, at = Window(seconds), 1_700_000_000.0
    for covers, value in found:
        at += covers
        window.add(at, covers, value)
        mean = window.mean()
        assert mean is None or min(v for _, v in found) - 1e-9 <= mean <= max(v for _, v in found) + 1e-9
        assert len(window._parts) <= 22


def test_it_is_the_mean_of_the_last_seconds_only() -> None:
    window = Window(600)
    for second in range(0, 1200, 2):
        window.add(second, 2, 0 if second < 600 else 50)
    assert window.mean() == 50


def test_a_gap_is_neither_fine_nor_bad() -> None:
    window = Window(600)
    for second in range(2, 602, 2):
        window.add(second, 2, 90)
    assert window.mean() == 90
    window.add(1400, 2, 90)
    assert window.mean() is None
    for second in range(1402, 1402 + 470, 2):
        window.add(second, 2, 90)
        assert window.mean() is None
    for second in range(1872, 1900, 2):
        window.add(second, 2, 90)
    assert window.mean() == 90


def test_a_sample_that_stands_for_longer_counts_for_more() -> None:
    window = Window(600)
    window.add(300, 300, 10)
    window.add(600, 200, 60)
    assert window.mean() == 30
    window.forget()
    assert window.mean() is None
