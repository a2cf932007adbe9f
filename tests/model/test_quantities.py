"""What a value is by the levels in force."""

import pytest

from nodetop.model.quantities import DEFAULT_LEVELS, severity


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("cpu", (84.9, 85, 94.9, 95)),
        ("full_in_hours", (8.1, 8, 2.1, 2)),  # the lower, the worse
    ],
)
def test_a_value_is_judged_in_the_direction_of_its_alert(name: str, values: tuple[float, ...]) -> None:
    levels = {"cpu": (85.0, 95.0), "full_in_hours": (8.0, 2.0)}
    assert [severity(name, value, levels) for value in values] == [0, 1, 1, 2]


def test_what_is_not_known_or_has_no_level_is_fine() -> None:
    assert severity("cpu", None, DEFAULT_LEVELS) == 0
    assert severity("cpu", 100.0, {}) == 0
    assert severity("throttled", 99.0, DEFAULT_LEVELS) == 1  # it has no critical level
