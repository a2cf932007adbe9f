"""Numbers to text that never jumps column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base import units

NOT_NEGATIVE = st.floats(min_value=0, max_value=1e20)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0B"),
        (512, "512B"),
        (1023, "1023B"),
        (1024, "1.0K"),
        (1536, "1.5K"),
        (99.94 * 1024, "99.9K"),
        (99.96 * 1024, "100K"),
        (1023.4 * 1024, "1023K"),
        (1023.6 * 1024, "1.0M"),
        (41.2 * 1024**3, "41.2G"),
        (2**64, "16.0E"),
    ],
)
def test_size(value: float | None, text: str) -> None:
    assert units.size(value) == text


@given(NOT_NEGATIVE)
def test_every_size_has_at_most_five_characters(value: float) -> None:
    assert len(units.size(value)) <= 5
    assert len(units.bits(value / 100)) <= 5
    assert len(units.count(value)) <= 5


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0b"), (125, "1.0k"), (124.9, "999b"), (1_250_000, "10.0M"), (125_000_000, "1.0G"), (None, "–")],
)
def test_bits(value: float | None, text: str) -> None:
    assert units.bits(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (7.5, "7.5"), (9.99, "10"), (42.4, "42"), (999.4, "999"), (999.6, "1.0k"), (2e6, "2.0M")],
)
def test_count(value: float, text: str) -> None:
    assert units.count(value) == text


@pytest.mark.parametrize(
    ("seconds", "text", "short"),
    [
        (0, "0s", "0s"),
        (59.9, "59s", "59s"),
        (60, "1m 0s", "1m"),
        (3_599, "59m 59s", "59m"),
        (18_720, "5h 12m", "5h"),
        (1_047_600, "12d 3h", "12d"),
        (65_750_400, "2y 31d", "2y"),
        (None, "–", "–"),
    ],
)
def test_duration_and_age(seconds: float | None, text: str, short: str) -> None:
    assert units.duration(seconds) == text
    assert units.age(seconds) == short


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1.234, "0:01.23"),
        (59.999, "1:00.00"),
        (4_999.99, "83:19.99"),
        (5_999.999, "100:00.00"),
        (432_300, "120h05m"),
        (3_549_600, "986h00m"),
        (3_607_200, "41d18h"),
    ],
)
def test_cpu_time(seconds: float, text: str) -> None:
    assert units.cpu_time(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.214, "0.21"), (0.996, "1.0"), (3.44, "3.4"), (9.96, "10"), (12.3, "12"), (1_234, "1.2s"), (None, "–")],
)
def test_milliseconds(value: float | None, text: str) -> None:
    assert units.milliseconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (2.0, "2.0"), (0.25, "0.25"), (1.5, "1.5"), (64.0, "64"), (12.5, "12")]
)
def test_cores(value: float | None, text: str) -> None:
    assert units.cores(value) == text


def test_temperatures_are_in_the_unit_that_the_user_wants() -> None:
    assert units.temperature(62.4, False) == "62°C" and units.temperature(62.4, True) == "144°F"
    assert units.temperature(-40, True, 1) == "-40.0°F" and units.temperature(None, True) == "–"


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("5", "number", 5), ("5 %", "percent", 5), ("1.5K", "bytes", 1536), ("2MiB", "bytes", 2 << 20),
        ("10M/s", "bytes/s", 10 << 20), ("90m", "seconds", 5400), ("60°C", "celsius", 60), ("-.5", "number", -0.5),
        ("5%", "number", None), ("5M/s", "bytes", None), ("5w", "seconds", None), ("", "bytes", None),
        ("1e5", "number", None), ("٣", "number", None), ("9" * 16, "number", None), ("5 5", "number", None),
        ("nan", "percent", None), ("7", "no such unit", 7),
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(text: str, unit: str, value: float | None) -> None:
    assert units.number(text, unit) == value
