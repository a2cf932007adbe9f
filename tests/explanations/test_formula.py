import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.explanations.formula import calculated, filled, names

USED = "100 × {used} / ({used} + {left over})"


def test_a_formula_is_read_in_words_filled_and_calculated() -> None:
    assert names(USED) == ("used", "left over")
    assert filled(USED, {}) == "100 × used / (used + left over)"
    assert filled(USED, {"used": "3.0G", "left over": "1.0G"}) == "100 × 3.0G / (3.0G + 1.0G)"
    assert calculated(USED, {"used": 3.0, "left over": 1.0}) == 75.0


@pytest.mark.parametrize(
    ("formula", "value"),
    [("{a} − {b}", 3.0), ("ceil({a} / {b})", 3), ("max({b} − {a}, 0)", 0), ("min({a}, {b})", 2.0), ("8 × {a}", 40.0)],
)
def test_what_formulas_can_say(formula: str, value: float) -> None:
    assert calculated(formula, {"a": 5.0, "b": 2.0}) == value


def test_a_formula_with_unknown_values_is_unknown() -> None:
    assert calculated(USED, {"used": 3.0}) is None
    assert calculated(USED, {"used": None, "left over": 1.0}) is None
    assert calculated(USED, {"used": 0.0, "left over": 0.0}) is None
    assert calculated("words alone", {}) is None


def test_only_arithmetic_is_done() -> None:
    with pytest.raises((ValueError, KeyError)):
        calculated("__import__('os').getpid() + {a}", {"a": 1.0})


@given(st.dictionaries(st.sampled_from(["used", "left over"]), st.floats(allow_nan=False) | st.none()))
def test_any_numbers(numbers: dict[str, float | None]) -> None:
    found = calculated(USED, numbers)
    assert found is None or isinstance(found, (int, float))
