"""Rules as text, and how severe a value is by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.alerts.rule import KINDS, Level, Rule, RuleError, levels, parse_rule, rules
from nodetop.model.quantities import DEFAULT_LEVELS

CPU = KINDS["cpu"]


def test_the_defaults_are_rules() -> None:
    found = rules()
    assert set(found) == set(KINDS)
    cpu = found["cpu"]
    assert (cpu.warning, cpu.critical, cpu.seconds) == (Level(85, 75), Level(95, 85), 600)
    assert found["iowait"].critical is None
    assert found["full_in_hours"].warning == Level(8, 12)


def test_each_can_be_changed_and_switched_off() -> None:
    found = rules(
        {
            "cpu": "50/40 for 30s",
            "memory": False,
            "steal": "10% / 5% for 1.5h",
            "filesystem": "70",
            "swap": True,
            "silent": False,
        }
    )
    assert (found["cpu"].warning, found["cpu"].critical, found["cpu"].seconds) == (Level(50, 40), None, 30)
    assert (found["steal"].warning, found["steal"].seconds) == (Level(10, 5), 5400)
    assert found["filesystem"].warning == Level(70, 70)
    assert "memory" not in found and "silent" not in found
    assert found["swap"] == rules()["swap"]


@pytest.mark.parametrize(
    ("name", "said", "message"),
    [
        ("cpuu", "90", "unknown alert 'cpuu'; known alerts: cpu, iowait"),
        ("cpu", 90, "cpu must be a string like"),
        ("cpu", "lots", 'cpu must be like "85/75 for 10m, critical 95/85"'),
        ("cpu", "85/75 for 10", 'cpu must be like "85/75 for 10m, critical 95/85"'),
        ("cpu", "85/75 for ten", 'cpu must be like "85/75 for 10m, critical 95/85"'),
        ("cpu", "85, 95", 'cpu must be like "85/75 for 10m, critical 95/85"'),
        ("cpu", "85, so critical 95", 'cpu must be like "85/75 for 10m, critical 95/85"'),
        ("cpu", "-5", 'cpu must be like "85/75 for 10m, critical 95/85"'),
        ("cpu", "85/90", "cpu: the alert cannot clear above its threshold: 85/90"),
        ("full_in_hours", "8/4", "full_in_hours: the alert cannot clear below its threshold: 8/4"),
        ("cpu", "85/75, critical 80/70", "cpu: critical 80 would begin before warning 85"),
        ("memory", "185", "memory: 185 is more than 100"),
        ("cpu", "85 for 25h", "cpu: the time must be at most 24h"),
        ("silent", "90", "silent must be true or false"),
        ("mem", "185", "memory: 185 is more than 100"),
        ("load_5m", "9", "unknown alert 'load_5m'"),
    ],
)
def test_what_is_wrong_is_told(name: str, said: object, message: str) -> None:
    with pytest.raises(RuleError) as error:
        rules({name: said})
    assert str(error.value).startswith(message)
    assert error.value.name == name


@given(st.text(max_size=40) | st.integers() | st.none() | st.lists(st.text()))
def test_any_value_is_a_rule_or_refused(said: object) -> None:
    try:
        assert isinstance(parse_rule(CPU, said), Rule)
    except RuleError as error:
        assert "cpu" in str(error)


def test_an_alert_has_the_words_that_filters_have_for_it() -> None:
    assert rules({"mem": "50/40", "disk": False, "temp": "60"}) == rules(
        {"memory": "50/40", "filesystem": False, "temperature": "60"}
    )
    with pytest.raises(RuleError, match="mem and memory are the same alert") as error:
        rules({"memory": "50", "mem": "60"})
    assert error.value.name == "mem"


def test_the_panels_mark_from_where_the_rules_begin() -> None:
    assert levels(rules()) == DEFAULT_LEVELS
    changed = levels(rules({"cpu": "60/50", "swap": False, "mem": "70, critical 80"}))
    assert changed == {
        **{name: each for name, each in DEFAULT_LEVELS.items() if name != "swap"}, "cpu": (60, None), "memory": (70, 80)
    }  # fmt: skip


pairs = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda pair: Level(max(pair), min(pair)))


@given(pairs, pairs, st.lists(st.floats(0, 100), max_size=30))
def test_inside_the_band_nothing_changes(one: Level, other: Level, values: list[float]) -> None:
    warning, critical = sorted((one, other), key=lambda level: level.at)
    rule = Rule(CPU, warning, critical)
    severity = 0
    for value in values:
        before, severity = severity, rule.severity(value, severity)
        if before == 0 and severity:
            assert value >= warning.at
        if before == 2 and severity < 2:
            assert value < critical.clear
        if severity == 0 and before:
            assert value < warning.clear
        assert rule.severity(value, severity) == severity  # the same value again changes nothing
