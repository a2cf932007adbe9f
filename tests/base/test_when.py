import math
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.when import clock_text, parse_when

NOW = 1_700_000_000.0
YEAR = 365 * 86_400


@pytest.fixture(params=["UTC", "Europe/Berlin", "Asia/Kolkata"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("-2h", 7200), ("-30m", 1800), ("-3d", 259_200), ("-5", 300), ("-90s", 90), ("- 1 h 30 m", 5400),
        ("-1w", 604_800), ("-1d2h3m4s", 93_784), ("now", 0), ("", 0), (" NOW ", 0), ("-0s", 0),
    ],
)  # fmt: skip
def test_an_amount_of_time_before_now(text: str, seconds: float) -> None:
    assert parse_when(text, NOW) == NOW - seconds


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2023-11-14T22:13:20Z", NOW),
        ("2023-11-14 22:13:20.500Z", NOW),
        ("2023-11-14T23:13:20+01:00", NOW),
        ("2023-11-14t16:43:20-0530", NOW),
        ("1970-01-01T00:00:00Z", 0),
    ],
)
def test_iso_with_a_zone_is_that_instant(text: str, at: float) -> None:
    assert parse_when(text, NOW) == at


def test_without_a_zone_it_is_local(zone: str) -> None:
    for text, form in (("2023-10-29 14:03", "%Y-%m-%d %H:%M"), ("2023-07-01", "%Y-%m-%d")):
        at = parse_when(text, NOW)
        assert at is not None and time.strftime(form, time.localtime(at)) == text


def test_a_time_of_day_is_when_the_clock_last_said_so(zone: str) -> None:
    for minute in range(0, 24 * 60, 37):
        text = f"{minute // 60:02d}:{minute % 60:02d}"
        at = parse_when(text, NOW)
        assert at is not None and NOW - 90_000 < at <= NOW
        assert time.strftime("%H:%M", time.localtime(at)) == text


@pytest.mark.parametrize(
    "text",
    ["soon", "25:00", "12:60", "12:00:60", "2023-02-29", "2023-13-01", "2023-00-10", "0000-01-01", "1969-12-31T23:00Z",
     "2h", "-2y", "-", "--2h", "1e9", "-9999999h", "2023-11-14T22", "14.03", "-2h now", "\u0664:\u0660\u0660:x"],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_when(text, NOW) is None


def test_before_the_epoch_is_no_time() -> None:
    assert parse_when("-999999d", NOW) is None


@given(st.text(max_size=30) | st.from_regex(r"-?[0-9: TZ+-]{0,25}", fullmatch=True))
def test_anything_is_a_time_or_none(text: str) -> None:
    at = parse_when(text, NOW)
    assert at is None or (math.isfinite(at) and at >= 0)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_what_iso_writes_is_read_back(moment: datetime, offset: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    shifted = moment + timedelta(minutes=offset)
    sign = "-" if offset < 0 else "+"
    text = f"{shifted:%Y-%m-%dT%H:%M:%S}{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    assert parse_when(text, NOW) == moment.timestamp()


@given(st.lists(st.tuples(st.integers(0, 999), st.sampled_from("smhd")), min_size=1, max_size=4))
def test_several_units_are_added(parts: list[tuple[int, str]]) -> None:
    seconds = sum(count * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[unit] for count, unit in parts)
    found = parse_when("-" + "".join(f"{count}{unit}" for count, unit in parts), 10 * YEAR)
    assert found == (10 * YEAR - seconds if seconds <= 10 * YEAR else None)


@pytest.mark.parametrize("at", [1e300, float("inf"), float("nan"), -1e300, 10**30])
def test_a_time_beyond_the_calendar_is_shown_as_none(at: float) -> None:
    assert clock_text(at) == "--:--:--"
    assert clock_text(at, "%Y", "–") == "–"


def test_a_time_is_shown_as_the_local_clock_has_it() -> None:
    at = time.mktime((2026, 11, 24, 14, 3, 20, 0, 0, -1))
    assert clock_text(at + 0.9) == "14:03:20"
    assert clock_text(at, "%Y-%m-%d %H:%M") == "2026-11-24 14:03"
