"""Rules tried on whole samples, on points, and on both: the counts are those of what was put in."""

from weakref import ref

import pytest
from msgspec.structs import replace as changed

from nodetop.alerts.rule import RuleError
from nodetop.alerts.trial.past import TRIABLE, NodePast, is_in_points
from nodetop.alerts.trial.report import TrialReport, lines
from nodetop.alerts.trial.tally import Tally, tally
from nodetop.alerts.trial.tried_rule import TriedRule, parse_tried
from nodetop.model.quantities import CHARTED_QUANTITIES
from nodetop.model.snapshot import HistoryPoint, Stat
from nodetop.recording.reader import read
from tests.alerts.made_recording import recording

STEP = 300.0


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> list[NodePast]:
    return [NodePast("web", (), read(recording(tmp_path_factory.mktemp("made"))).samples("web"))]


def report(past: list[NodePast], tried: TriedRule, until: float) -> TrialReport | None:
    return tally(past, tried, 0.0, until).report()


def end(past: list[NodePast]) -> float:
    return past[0].samples[-1].taken_at


@pytest.mark.parametrize(
    ("rule", "opened", "seconds"),
    [
        ("process:nginx < 2", 3, 1800),
        ("process:nginx < 2 for 5m", 3, 3 * 840),
        ("process:nginx < 2 for 15m", 0, 0),
        ('disk:sda.utilisation="90/80 for 5m"', 2, 720),
        ("utilisation>90", 2, 720),
        ('filesystem:/srv="90/80"', 1, 3600),
        ("filesystem", 2, 3600 + 6 * 3600),
        ("free:/srv<2G", 1, 6 * 3600),
        ('receive="50M/40M"', 20, 1200),
        ("receive>50M for 5m", 0, 0),
    ],
)
def test_on_whole_samples_the_counts_are_exact(past: list[NodePast], rule: str, opened: int, seconds: float) -> None:
    found = report(past, parse_tried(rule, {}), end(past))
    assert found is not None
    assert (found.opened, found.opened_at_most) == (opened, opened)
    assert found.open_seconds == pytest.approx(seconds, abs=120 * max(opened, 1))
    assert (found.exact_since, found.has_points) == (past[0].samples[0].taken_at, False)


def test_samples_follow_points_and_an_alert_goes_on_from_one_to_the_other(past: list[NodePast]) -> None:
    first = past[0].samples[0].taken_at // STEP * STEP
    full = Stat(mean=95.0, max=96.0)
    points = [HistoryPoint(at=first - STEP * n, samples=5, filesystem_used_percent=full) for n in range(12, 0, -1)]
    found = report([NodePast("web", points, past[0].samples)], parse_tried("filesystem=92/91", {}), end(past))
    assert found is not None and found.has_points
    assert (found.opened, found.items) == (2, {"/": 1, "/srv": 1})
    assert found.since == first - 12 * STEP


def test_every_value_of_history_can_be_tried_on_it() -> None:
    for quantity in CHARTED_QUANTITIES:
        tried = parse_tried(f"{quantity.name}>50 for 5m", {})
        point = HistoryPoint(at=0.0, samples=60)
        high, low = Stat(mean=60.0, max=70.0), Stat(mean=10.0, max=80.0)
        points = [changed(point, at=STEP * n, **{quantity.row: high if 20 <= n < 30 else low}) for n in range(60)]
        assert is_in_points(tried.rule), quantity.name
        found = report([NodePast("web", points)], tried, 60 * STEP)
        assert found is not None and (found.opened, found.opened_at_most) == (1, 1), quantity.name
        quick = report([NodePast("web", points)], parse_tried(f"{quantity.name}>75", {}), 60 * STEP)
        # 50 points of 60 samples with 10 on average have room for 8 samples of 75 each.
        assert quick is not None and quick.opened == 0 and quick.opened_at_most is not None, quantity.name
        assert 400 <= quick.opened_at_most < 410, quantity.name


def test_of_low_values_points_give_only_a_least_number() -> None:
    points = [HistoryPoint(at=STEP * n, samples=60, cpu_busy_percent=Stat(mean=5.0, max=9.0)) for n in range(60)]
    tried = parse_tried("cpu<6", {})
    found = report([NodePast("web", points)], tried, 60 * STEP)
    assert found is not None and found.opened_at_most is None
    assert "at least once" in lines("cpu<6", found)[0]
    assert report([NodePast("web", points)], parse_tried("processes<6", {}), 60 * STEP) is None


def test_each_built_in_rule_can_be_tried(past: list[NodePast]) -> None:
    for name in set(TRIABLE) - {"silent"}:
        assert report(past, parse_tried(name, {}), end(past)) is not None, name


def test_limits_of_other_units_are_suggested_too(past: list[NodePast]) -> None:
    found = report(past, parse_tried("receive=10M/5M", {}), end(past))
    assert found is not None and found.opened == 20 and found.suggested_would_open == 0
    assert found.suggested_limit is not None and 9e7 < found.suggested_limit < 1.2e8
    assert lines("receive", found)[-1] == "  a limit of 90.6M/s would have opened 0 times"


def heard(first: int, *numbers: int) -> list[HistoryPoint]:
    """Points of a node of which nothing is known but that it was there, by their number."""
    return [HistoryPoint(at=STEP * number, samples=60) for number in (first, *numbers)]


def test_a_silent_node_is_a_gap_in_its_history() -> None:
    past = [NodePast("self", heard(*range(40))), NodePast("web", heard(*range(10), *range(13, 20), *range(30, 40)))]
    found = report(past, parse_tried("silent", {}), 40 * STEP)
    assert found is not None
    assert (found.opened, found.opened_at_most, found.worst_nodes) == (2, None, {"web": 2})
    assert (found.open_seconds, found.longest_seconds) == (13 * STEP, 10 * STEP)
    assert "at least 2 times" in lines("silent", found)[0] and "tried on gaps" in lines("silent", found)[1]


def test_a_time_of_which_no_node_has_anything_is_the_hubs() -> None:
    both = [*range(10), *range(20, 40)]
    past = [NodePast("self", heard(*both)), NodePast("web", heard(*both[:20]))]
    found = report(past, parse_tried("silent", {}), 40 * STEP)
    assert found is not None and (found.opened, found.still_open) == (1, 1)
    assert report(past[:1], parse_tried("silent", {}), 40 * STEP) is None, "a single node may be the hub"


def test_on_whole_samples_a_minute_is_enough(past: list[NodePast]) -> None:
    samples = past[0].samples
    begin = samples[0].taken_at
    other = [
        changed(samples[0], node="db", taken_at=begin + 5 * n, interval=5.0) for n in range(100) if not 20 <= n < 32
    ]
    whole = [changed(samples[0], taken_at=begin + 5 * n, interval=5.0) for n in range(100)]
    found = report([NodePast("web", (), whole), NodePast("db", (), other)], parse_tried("silent", {}), begin + 500)
    assert found is not None and (found.opened, found.worst_nodes, found.open_seconds) == (1, {"db": 1}, 60)


@pytest.mark.parametrize(
    "text", ["", "=", "<", "cpu", "cpu=", 'cpu="', "a" * 5000, "process=nginx", "\0=\0", "cpu>1e999"]
)
def test_nothing_that_is_typed_is_more_than_refused(text: str) -> None:
    try:
        assert parse_tried(text, {}).rule.kind.name == text
    except RuleError as error:
        assert "\n" not in str(error)


def test_the_past_of_a_node_is_not_kept() -> None:
    made = Tally(parse_tried("cpu=70/60 for 5m", {}), 0.0, 60 * STEP)
    for number in range(100):
        busy = Stat(mean=90.0 if number == 90 else 5.0, max=95.0)
        past = NodePast(
            f"web-{number}", [HistoryPoint(at=STEP * n, samples=60, cpu_busy_percent=busy) for n in range(60)]
        )
        gone = ref(past)
        made.add(past)
        del past
        assert gone() is None
    found = made.report()
    assert found is not None and (found.nodes, found.worst_nodes) == (100, {"web-90": 1})
