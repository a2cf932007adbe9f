"""Names of day files, valid and invalid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.history.day_file import StoreError
from nodetop.history.day_folder import day_name, day_of


@given(st.integers(-719_162, 2_932_896))
def test_a_day_and_its_name(day: int) -> None:
    assert day_of(f"{day_name(day)}.json") == day
    assert day_of(f"{day_name(day)}.json.corrupt-20260131T120000.123456") == day


@pytest.mark.parametrize(
    "name",
    ["2026-01-31", "2026-02-30.json", "2026-W05-6.json", "2026-01-31.json.bak", "x2026-01-31.json", "2026-01-31.jsonx"],
)
def test_what_is_no_day(name: str) -> None:
    assert day_of(name) is None


@given(st.text(max_size=40))
def test_any_name_can_be_asked(name: str) -> None:
    assert day_of(name) is None or name.startswith(day_name(day_of(name) or 0))


@pytest.mark.parametrize("day", [-719_163, 2_932_897, 10**12])
def test_a_day_that_no_calendar_has(day: int) -> None:
    with pytest.raises(StoreError, match="set the clock"):
        day_name(day)
