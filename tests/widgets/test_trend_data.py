"""The axes of charts."""

import pytest

from nodetop.widgets.base.view import View
from nodetop.widgets.trends.charts import charts
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


@pytest.mark.parametrize("bits", [False, True])
@pytest.mark.parametrize("value", [0.0, 0.994, 9.999, 99.994, 99.996, 180.25, 999.94, 999.96, 2000.0, 65_536.0, 1e9])
def test_every_label_of_a_scale_fits_its_five_cells(value: float, bits: bool) -> None:
    for chart in charts(View(network_bits=bits)):
        top = chart.top if chart.top is not None else chart.nice([value], chart.least)
        assert len(chart.text(top)) <= 5, (chart.title, chart.text(top))
