"""What the user did about alerts, and the order in which they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.alerts.alert import Alert
from nodetop.alerts.board import board
from nodetop.alerts.handling import MOST, Entry, Handling, Scope, scope_of

NOW = 1_700_000_000.0
CPU = Alert(node="web", rule="cpu", severity=2, started_at=NOW - 60)
DISK = Alert(node="web", rule="filesystem", item="/srv", subject="/srv", severity=1, started_at=NOW - 90)
OTHER = Alert(node="db", rule="cpu", severity=1, started_at=NOW - 30)
OVER = Alert(node="db", rule="cpu", severity=1, started_at=NOW - 900, ended_at=NOW - 600, state="ended")
ALL = [CPU, DISK, OTHER, OVER]


def calling(handling: Handling, now: float = NOW) -> list[tuple[str, str]]:
    return [(alert.node, alert.rule) for alert in handling.applied(ALL, now) if alert.needs_attention]


def test_what_was_seen_calls_no_more_until_it_comes_again() -> None:
    seen = Handling().acknowledged(CPU, NOW, seen=True)
    assert calling(seen) == [("web", "filesystem"), ("db", "cpu")]
    again = Alert(node="web", rule="cpu", severity=1, started_at=NOW + 100)
    assert not seen.applied([again], NOW + 200)[0].acknowledged
    earlier_run = Alert(node="web", rule="cpu", severity=1, started_at=NOW + 100, since_before=True)
    assert seen.applied([earlier_run], NOW + 200)[0].acknowledged
    assert calling(seen.acknowledged(CPU, NOW + 1, seen=False)) == calling(Handling())


def test_muting_one_a_kind_or_a_node() -> None:
    assert calling(Handling().muted(scope_of(DISK), NOW + 60, NOW)) == [("web", "cpu"), ("db", "cpu")]
    assert calling(Handling().muted(Scope(rule="cpu"), NOW + 60, NOW)) == [("web", "filesystem")]
    muted = Handling().muted(Scope("web"), NOW + 60, NOW)
    assert calling(muted) == [("db", "cpu")]
    assert muted.applied([CPU], NOW)[0].muted_until == NOW + 60
    assert calling(muted, NOW + 61) == calling(Handling())
    assert calling(muted.unmuted(CPU, NOW + 1)) == calling(Handling())


@given(st.permutations(range(4)))
def test_of_two_decisions_the_later_counts_wherever_they_were_made(order: list[int]) -> None:
    steps = [
        Handling().muted(Scope("web"), NOW + 500, NOW),
        Handling().muted(Scope("web"), None, NOW + 1),
        Handling().acknowledged(OTHER, NOW + 2, seen=True),
        Handling().muted(Scope(rule="cpu"), NOW + 500, NOW + 3),
    ]
    merged = Handling()
    for index in order:
        merged = merged.merged(steps[index])
    assert calling(merged, NOW + 4) == [("web", "filesystem")]


def test_it_does_not_grow_for_ever() -> None:
    old = Entry(scope=Scope("old"), changed_at=NOW - 40 * 86_400.0)
    many = tuple(Entry(scope=Scope(f"n{index}"), changed_at=NOW + index) for index in range(MOST + 5))
    kept = Handling(entries=(old, *many)).pruned(NOW)
    assert len(kept.entries) == MOST and kept.entries[-1].scope == Scope(f"n{MOST + 4}")


@pytest.mark.parametrize("step", [3600.0, 40 * 86_400.0, 3653 * 86_400.0, -3653 * 86_400.0])
def test_a_clock_that_is_set_costs_no_decision(step: float) -> None:
    made = Handling()
    for index in range(400):
        made = made.muted(Scope(f"n{index}"), None, NOW + index).pruned(NOW + index)
    later = made.muted(Scope("later"), None, NOW + step).pruned(NOW + step)
    assert {entry.scope for entry in made.entries} < {entry.scope for entry in later.pruned(NOW + 400).entries}


def test_what_is_long_past_goes_where_there_is_much_of_it() -> None:
    old = tuple(Entry(scope=Scope(f"o{index}"), changed_at=NOW - 40 * 86_400.0 + index) for index in range(600))
    new = tuple(Entry(scope=Scope(f"n{index}"), changed_at=NOW + index) for index in range(450))
    kept = {entry.scope.node for entry in Handling(entries=old + new).pruned(NOW).entries}
    assert kept == {f"n{index}" for index in range(450)} | {f"o{index}" for index in range(550, 600)}


def test_the_worst_and_newest_come_first_and_what_is_over_last() -> None:
    shown = board([OVER, OTHER, DISK, CPU])
    assert list(shown.alerts) == [CPU, OTHER, DISK, OVER]
    assert (shown.critical, shown.warning) == (1, 2)
    seen = board(Handling().acknowledged(CPU, NOW, seen=True).applied(ALL, NOW))
    assert [alert.rule for alert in seen.alerts] == ["cpu", "filesystem", "cpu", "cpu"]
    assert (seen.critical, seen.warning) == (0, 2)
    assert [(mark.kind, mark.at) for mark in shown.marks("db")] == [
        ("warning", NOW - 900), ("end", NOW - 600), ("warning", NOW - 30)
    ]  # fmt: skip
    assert shown.marks("none") == ()
