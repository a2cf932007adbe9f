"""The time axis of charts."""

import pytest

from nodetop.widgets.trends.data import WINDOWS, Window, ticks


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.name)
def test_labels_are_at_round_local_times(window: Window) -> None:
    since = 1_790_000_123.0
    labels = ticks(window, since, since + window.seconds, 100)
    assert len(labels) >= 4
    assert all(0 <= cell < 100 for cell, _ in labels)


@pytest.mark.parametrize("since", [-1e300, -1e18, 1e18, 1e300])
def test_outside_the_calendar_there_are_none(since: float) -> None:
    assert [ticks(window, since, since + window.seconds, 100) for window in WINDOWS] == [[]] * len(WINDOWS)
