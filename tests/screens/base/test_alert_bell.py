"""When the terminal is rung, and by what."""

import pytest
from msgspec.structs import replace

from nodetop.alerts.alert import Alert
from nodetop.alerts.board import board
from nodetop.screens.base.alert_bell import BELL, AlertBell, signal

FULL = Alert(node="web", rule="filesystem", item="/srv", subject="/srv", severity=2, value=99.0)
HOT = Alert(node="db", rule="temperature", subject="cpu", severity=2, value=97.0)


def test_it_rings_once_when_a_critical_alert_opens() -> None:
    bell = AlertBell("bell", {})
    assert bell.take(board([FULL])) == "", "the past is not read yet"
    bell.begin(board([FULL]))
    assert bell.take(board([FULL])) == ""
    assert bell.take(board([FULL, HOT])) == BELL
    assert bell.take(board([FULL, HOT])) == ""
    assert bell.take(board([FULL])) == ""
    assert bell.take(board([FULL, HOT])) == BELL, "it opened again"


@pytest.mark.parametrize("change", [{"severity": 1}, {"acknowledged": True}, {"muted_until": 9.0}, {"ended_at": 9.0}])
def test_what_needs_no_attention_does_not_ring(change: dict[str, object]) -> None:
    bell = AlertBell("bell", {})
    bell.begin(board([]))
    assert bell.take(board([replace(FULL, **change)])) == ""  # type: ignore[arg-type]


def test_off_is_silent() -> None:
    bell = AlertBell("off", {})
    bell.begin(board([]))
    assert bell.take(board([FULL])) == ""


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"TERM_PROGRAM": "WezTerm"}, "\x1b]9;nodetop: web: file system /srv 99%\x1b\\\a"),
        ({"TERM": "foot"}, "\x1b]777;notify;nodetop;web: file system /srv 99%\x1b\\\a"),
        ({"TERM": "xterm-256color"}, BELL),
        ({"TERM_PROGRAM": "WezTerm", "TMUX": "/tmp/tmux"}, BELL),
        ({"TERM": "screen-256color", "TERM_PROGRAM": "ghostty"}, BELL),
    ],
)
def test_a_notification_is_for_terminals_that_show_one(env: dict[str, str], expected: str) -> None:
    bell = AlertBell("notify", env)
    bell.begin(board([]))
    assert bell.take(board([FULL])) == expected


def test_a_name_cannot_end_the_notification() -> None:
    bell = AlertBell("notify", {"TERM": "foot"})
    bell.begin(board([]))
    said = bell.take(board([replace(FULL, subject="\x1b\\\x07;/srv"), HOT]))
    assert said.count("\x1b") == 2 and said.count("\a") == 1 and said.count(";") == 3
    assert "and 1 more" in said
    assert signal("bell", "x", {"TERM": "foot"}) == BELL
