"""Converts times between what people type or read and seconds since the epoch. Pure, except for the time zone."""

import re
import time

from nodetop.base.units import DURATIONS

# Compiled by re when first used: a start does without.
_AGO = r"-\s*(?:(\d{1,6})|((?:\d{1,6}\s*[smhdw]\s*)+))"
_PART = r"(\d{1,6})\s*([smhdw])"
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2}))?"
_DATE = r"(\d{4})-(\d{2})-(\d{2})(?:[t ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?)?\s*(z|[+-]\d{2}:?\d{2})?"
_UNIT_SECONDS = {**DURATIONS, "w": 604_800}
UNKNOWN = "--:--:--"
"""Shown for a time outside the calendar, which untrusted data may contain."""
EXAMPLES = "14:03, 2026-11-24 14:03, -5m or -2h"


def parse_when(text: str, now: float) -> float | None:
    """Parses a time to UTC seconds, not before 1970; None if it is not a time.

    Accepts "now"; "-5m", "-2h", "-1h30m" and "-3d" relative to now ("-5" means minutes); "14:03" and "14:03:20", the
    last time that the local clock showed this; "2026-11-24", "2026-11-24 14:03" and ISO 8601, in local time unless it
    has Z or an offset.
    """
    text = text.strip().lower()
    if text in ("", "now"):
        return now
    if found := re.fullmatch(_AGO, text):
        at: float | None = _ago(found, now)
    elif found := re.fullmatch(_CLOCK, text):
        at = _clock(found, now)
    elif found := re.fullmatch(_DATE, text):
        at = _date(found, now)
    else:
        return None
    return at if at is not None and at >= 0 else None


def _ago(found: "re.Match[str]", now: float) -> float:
    if found[1]:
        return now - int(found[1]) * _UNIT_SECONDS["m"]
    return now - sum(int(count) * _UNIT_SECONDS[unit] for count, unit in re.findall(_PART, found[2]))


def _clock(found: "re.Match[str]", now: float) -> float | None:
    clock = _time_of_day(found[1], found[2], found[3])
    if clock is None:
        return None
    today = local_time(now)
    if today is None:
        return None
    at = _local(today.tm_year, today.tm_mon, today.tm_mday, *clock)
    # After midnight, a later clock time means yesterday. mktime accepts day 0 as the last day of the month before.
    if at is None or at <= now:
        return at
    return _local(today.tm_year, today.tm_mon, today.tm_mday - 1, *clock)


def _date(found: "re.Match[str]", now: float) -> float | None:
    clock = _time_of_day(found[4] or "0", found[5] or "0", found[6])
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if clock is None or not _is_day(year, month, day):
        return None
    zone = found[7]
    if zone is None:
        return _local(year, month, day, *clock)
    from datetime import UTC, datetime  # takes 3 ms, and is needed only for a time zone

    offset = 0 if zone == "z" else int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
    return datetime(year, month, day, *clock, tzinfo=UTC).timestamp() - (-offset if zone[0] == "-" else offset)


def _time_of_day(hour: str, minute: str, second: str | None) -> tuple[int, int, int] | None:
    clock = int(hour), int(minute), int(second or 0)
    return clock if clock[0] <= 23 and clock[1] <= 59 and clock[2] <= 59 else None


def _is_day(year: int, month: int, day: int) -> bool:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= days[month - 1]


def _local(*parts: int) -> float | None:
    try:
        return time.mktime((*parts, 0, 0, -1))  # type: ignore[arg-type]
    except (OverflowError, ValueError):
        return None


def local_time(at: float) -> time.struct_time | None:
    """UTC seconds as local time; None for a time outside the calendar."""
    try:
        return time.localtime(at)
    except (OverflowError, ValueError, OSError):
        return None


def midnight(day: time.struct_time, days_later: int = 0) -> float | None:
    """UTC seconds at which a local day begins, or one some days later; None for a time outside the calendar. mktime
    accepts any day of the month."""
    return _local(day.tm_year, day.tm_mon, day.tm_mday + days_later, 0, 0, 0)


def clock_text(at: float, form: str = "%H:%M:%S", unknown: str = UNKNOWN) -> str:
    """Formats UTC seconds as local time with strftime; returns `unknown` for a time outside the calendar."""
    try:
        return time.strftime(form, time.localtime(at))
    except (OverflowError, ValueError, OSError):
        return unknown
