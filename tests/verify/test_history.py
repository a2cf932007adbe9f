"""A month through the real code path of a monitor and of a hub, with a simulated clock, spikes of one sample, gaps, a
reboot and a clock that is set back and forth: the trends must show what was put in. Only the rounding to six digits in
storage may differ. On the days on which the clocks change, labels must be at local times."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from nodetop.base.clock import FakeClock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal
from nodetop.history.recorder import Recorder
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint
from nodetop.widgets.trends.data import WINDOWS, Window, columns, spans_of, ticks
from tests.verify.month import DAY, HOUR, SPIKE_PERCENT, START, Month, Taken, expected
from tests.verify.verdict import Notes

NODE = "web-01"
ROUNDED = 1e-4
"""Of a value: what is stored has six digits."""
COLUMNS = 240


@pytest.fixture(params=[3, pytest.param(30, marks=pytest.mark.long)], ids=lambda days: f"{days} days")
def days(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def by_day(samples: Sequence[Taken]) -> Iterator[list[Taken]]:
    for _, each in groupby(samples, key=lambda taken: taken.at // DAY):
        yield list(each)


def check(
    what: str, points: Sequence[HistoryPoint], samples: list[Taken], window: Window, until: float, note: Notes
) -> None:
    """Notes how points of one window, and the chart of them, stand to the samples that were put in."""
    name = f"{what}, {window.name}"
    since = (until - window.seconds) // window.step * window.step
    inside = [taken for taken in samples if since <= taken.at < until]
    wanted = expected(inside, window.step)
    found = {point.at: point for point in points}
    note(f"{name}: points", len(found), len(wanted), 0)
    note(f"{name}: samples in them", sum(point.samples for point in points), len(inside), 0)
    assert set(found) == set(wanted), "gaps are where nothing was taken, and only there"
    errors = [0.0]
    for at, want in wanted.items():
        busy, used = found[at].cpu_busy_percent, found[at].memory_used_percent
        assert busy is not None and used is not None
        errors += [abs(busy.mean - want.busy_mean), abs(used.mean - want.used_mean), abs(busy.max - want.busy_max)]
    note(f"{name}: worst error of a mean or maximum", max(errors), 0, 100 * ROUNDED, "%")
    _check_chart(name, points, inside, window, until, note)


def _check_chart(
    name: str, points: Sequence[HistoryPoint], inside: list[Taken], window: Window, until: float, note: Notes
) -> None:
    since = until - window.seconds
    spans = spans_of(points, window.step, until)
    drawn = columns(spans, "cpu_busy_percent", since, until, COLUMNS)
    width = window.seconds / COLUMNS
    spikes = [taken for taken in inside if taken.busy_percent == SPIKE_PERCENT and taken.at >= since]
    shown = [drawn[int((taken.at - since) / width)] for taken in spikes]
    high = sum(stat is not None and stat.max == SPIKE_PERCENT for stat in shown)
    note(f"{name}: spikes of one sample in the chart", high, len(spikes), 0)
    on_top = sum(any(process.name == "spike" for process in point.top_cpu) for point in points)
    with_spike = {taken.at // window.step for taken in inside if taken.busy_percent == SPIKE_PERCENT}
    note(f"{name}: points that name what made a spike", on_top, len(with_spike), 0)
    covered = {int((at - since) // width) for point in points for at in _instants(point.at, window.step, width)}
    empty = COLUMNS - len(covered & set(range(COLUMNS)))
    note(f"{name}: columns left empty", sum(stat is None for stat in drawn), empty, 0)


def _instants(start: float, step: float, width: float) -> Iterator[float]:
    """Times close enough to each other that no column that the point covers is left out."""
    at = start
    while at < start + step:
        yield at
        at += min(step, width) / 4


def windows(days: int) -> list[Window]:
    return [window for window in WINDOWS[1:] if window.seconds <= days * DAY]


def test_a_monitor(days: int, tmp_path: Path, verdict: Notes) -> None:
    month = Month(days, interval=30)
    samples = list(month.samples())
    clock = FakeClock(wall=START)
    for of_day in by_day(samples):
        clock.step(of_day[-1].at - clock.wall())
        recorder = Recorder(HistoryStore(tmp_path), NODE, flush_seconds=0.05, clock=clock)
        for taken in of_day:
            recorder.add(taken.snapshot())
        recorder.close()
        assert recorder.problem is None
    for window in windows(days):
        points = HistoryStore(tmp_path).points(NODE, month.until - window.seconds, month.until, window.step)
        check(f"monitor, {days} days of samples", points, samples, window, month.until, verdict)


@pytest.mark.may_block
async def test_a_hub(days: int, tmp_path: Path, verdict: Notes) -> None:
    month = Month(days, interval=30, is_clock_stepped=False)
    samples = list(month.samples())
    clock = FakeClock(wall=START)

    def opened() -> HubHistory:
        store = HistoryStore(tmp_path / "history", cluster="c")
        hub = HubHistory(store, Journal(tmp_path / "journal"), tmp_path / "checkpoint", clock=clock)
        assert [envelope.sample.node for envelope in hub.restore()][:1] in ([], [NODE])
        return hub

    for of_day in by_day(samples):  # the hub, too, is restarted each day
        hub = opened()
        for begin in range(0, len(of_day), 60):
            batch = of_day[begin : begin + 60]
            clock.advance(max(0.0, batch[-1].at - clock.wall()))
            accepted = await hub.accept(
                [SampleEnvelope(cluster="c", sample=taken.snapshot(), received_at=taken.at) for taken in batch]
            )
            assert all(accepted)
        await hub.aclose()
        assert hub.problem is None
    hub = opened()
    for window in windows(days):
        points = await hub.points("c", NODE, month.until - window.seconds, month.until, window.step)
        check(f"hub, {days} days of samples", points, samples, window, month.until, verdict)
    await asyncio.get_running_loop().run_in_executor(None, hub.close)


@pytest.mark.usefixtures("berlin")
def test_the_day_on_which_the_clocks_change(verdict: Notes) -> None:
    """29 March 2026: 01:59 is followed by 03:00. Labels stand at local times; no hour is doubled or left out."""
    midnight = START + 28 * DAY - HOUR
    assert time.strftime("%d %b %H:%M", time.localtime(midnight)) == "29 Mar 00:00"
    day = WINDOWS[1]
    until = midnight + 23 * HOUR
    labels = ticks(day, until - DAY, until, 240)
    places = {text: (cell + 0.5) / 240 * 24 - 1 for cell, text in labels}
    verdict("24h on the day of 23 hours: 04:00 is hours after midnight", places["04:00"], 3, 0.1, "h")
    verdict("24h on the day of 23 hours: 20:00 is hours after midnight", places["20:00"], 19, 0.1, "h")
    verdict("24h on the day of 23 hours: labels", len(labels), 6, 0)
    week = WINDOWS[2]
    end = START + 31 * DAY - 2 * HOUR
    cells = [cell for cell, _ in ticks(week, end - week.seconds, end, 7 * 24)]
    gaps = [after - before for before, after in pairwise(cells)]
    verdict("7d with the day of 23 hours: midnights a day apart", gaps.count(24), len(gaps) - 1, 0)
    verdict("7d with the day of 23 hours: the short one", min(gaps), 23, 0, "h")


@pytest.mark.usefixtures("berlin")
def test_the_day_on_which_the_clocks_go_back(verdict: Notes) -> None:
    """25 October 2026: 02:59 is followed by 02:00. The day has 25 hours, and each label its one place."""
    midnight = time.mktime((2026, 10, 25, 0, 0, 0, 0, 0, -1))
    day = WINDOWS[1]
    until = midnight + 25 * HOUR
    labels = ticks(day, until - DAY, until, 240)
    places = {text: (cell + 0.5) / 240 * 24 + 1 for cell, text in labels}
    verdict("24h on the day of 25 hours: 04:00 is hours after midnight", places["04:00"], 5, 0.1, "h")
    verdict("24h on the day of 25 hours: 20:00 is hours after midnight", places["20:00"], 21, 0.1, "h")
    verdict("24h on the day of 25 hours: labels of one time", len(labels) - len(places), 0, 0)
    week = WINDOWS[2]
    end = midnight + 25 * HOUR + 2 * DAY + HOUR
    cells = [cell for cell, _ in ticks(week, end - week.seconds, end, 7 * 24)]
    gaps = [after - before for before, after in pairwise(cells)]
    verdict("7d with the day of 25 hours: midnights a day apart", gaps.count(24), len(gaps) - 1, 0)
    verdict("7d with the day of 25 hours: the long one", max(gaps), 25, 0, "h")
