"""What points of history say about a rule leaves room for what it does on the samples of the same time."""

import random

import pytest

from nodetop.alerts.trial.past import NodePast
from nodetop.alerts.trial.report import TrialReport
from nodetop.alerts.trial.tally import tally
from nodetop.alerts.trial.tried_rule import TriedRule, parse_tried
from nodetop.model.snapshot import CpuMetrics, HistoryPoint, NodeSnapshot, Stat

STEP, EVERY, PER_POINT, HOURS = 300.0, 5.0, 60, 2
END = HOURS * 3600.0


def bursts(chance: random.Random) -> list[float]:
    values: list[float] = []
    while len(values) < END / EVERY:
        values += [chance.uniform(75, 100)] * chance.randint(1, chance.choice([10, 60, 200]))
        values += [chance.uniform(0, 50)] * chance.randint(1, chance.choice([20, 100, 400]))
    return values[: int(END / EVERY)]


def noise(chance: random.Random) -> list[float]:
    return [chance.uniform(0, 100) for _ in range(int(END / EVERY))]


def on_samples(values: list[float], tried: TriedRule) -> TrialReport:
    samples = [
        NodeSnapshot(
            node="web", taken_at=EVERY * (n + 1), interval=EVERY, boot_id="b", seq=n, cpu=CpuMetrics(busy_percent=value)
        )
        for n, value in enumerate(values)
    ]
    return made([NodePast("web", (), samples)], tried)


def on_points(values: list[float], tried: TriedRule) -> TrialReport:
    parts = [values[begin : begin + PER_POINT] for begin in range(0, len(values), PER_POINT)]
    points = [
        HistoryPoint(at=STEP * n, samples=PER_POINT, cpu_busy_percent=Stat(mean=sum(part) / PER_POINT, max=max(part)))
        for n, part in enumerate(parts)
    ]
    return made([NodePast("web", points)], tried)


def made(past: list[NodePast], tried: TriedRule) -> TrialReport:
    found = tally(past, tried, 0.0, END).report()
    assert found is not None
    return found


@pytest.mark.parametrize("rule", ["cpu=70/60 for 5m", "cpu=85/75 for 1m", "cpu=90", "cpu=80/70 for 10m"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("signal", [bursts, noise])
def test_no_more_opens_than_points_leave_room_for(rule: str, seed: int, signal: object) -> None:
    values = signal(random.Random(seed))  # type: ignore[operator]
    tried = parse_tried(rule, {})
    most = on_points(values, tried).opened_at_most
    assert most is not None and on_samples(values, tried).opened <= most


def test_a_burst_over_the_border_of_two_points_may_have_opened() -> None:
    values = [95.0 if 90 <= n < 150 else 5.0 for n in range(240)]
    tried = parse_tried("cpu=70/60 for 5m", {})
    assert on_samples(values, tried).opened == 1
    found = on_points(values, tried)
    assert (found.opened, found.opened_at_most) == (0, 1)


def test_short_peaks_in_a_row_are_not_taken_for_one() -> None:
    values = [100.0 if n % 36 < 14 else 0.0 for n in range(720)]  # 70 s of each 3 minutes
    tried = parse_tried("cpu=85/75 for 1m", {})
    assert on_samples(values, tried).opened == 20
    found = on_points(values, tried)
    assert found.opened == 0 and found.opened_at_most is not None and 20 <= found.opened_at_most <= 30


def test_what_lasts_for_many_points_is_one_alert() -> None:
    values = [20.0] * 240 + [90.0, 88.0, 92.0] * 240 + [20.0] * 240
    for rule in ("cpu=70/60 for 5m", "cpu=85/75 for 1m", "cpu=80/70 for 10m"):
        found = on_points(values, parse_tried(rule, {}))
        assert (found.opened, found.opened_at_most) == (1, 1), rule
