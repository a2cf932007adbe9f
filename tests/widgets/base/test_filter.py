"""A filter whose regular expression takes too long: it says so and leaves every row in."""

import pytest

from nodetop.base.pattern import LONGEST_TEXT
from nodetop.widgets.base.filter import EVERYTHING, Filter
from nodetop.widgets.base.language import Language

ROWS = ["java", "ab", "nginx", "a" * LONGEST_TEXT, "python", "xaab"]
SLOW = "~(a+)+b"
parse = Language[str](lambda row: (row,)).parse


def shown(wanted: Filter[str]) -> list[str]:
    return wanted.settled(lambda: [row for row in ROWS if wanted.matches(row)])


@pytest.mark.parametrize("text", [SLOW, f"!{SLOW}"])
def test_all_rows_are_shown_without_it(text: str) -> None:
    wanted = parse(text)
    assert wanted.problem == "" and wanted.shown() == [[("label", "filter "), ("match", text)]]
    assert shown(wanted) == ROWS
    assert wanted.problem == f"{SLOW} takes too long: not applied"
    assert wanted.shown() == [[("label", "filter "), ("warning", wanted.problem)]]


def test_the_other_terms_stay() -> None:
    wanted = parse(f"{SLOW} !~^p !nginx !~(a|aa)+$c")
    assert shown(wanted) == [row for row in ROWS if row not in ("python", "nginx")]
    assert wanted.problem.startswith(SLOW)


def test_harmless_expressions_have_no_problem() -> None:
    wanted = parse("~a+b !~^x")
    assert shown(wanted) == ["ab"]
    assert wanted.problem == "" and shown(EVERYTHING) == ROWS and EVERYTHING.shown() == []


def test_the_text_in_a_problem_is_clean_and_short() -> None:
    wanted = parse('~"\x1b(a+)+b|(a+)+b|' + "x" * 100 + '"')
    assert shown(wanted) == ROWS
    assert wanted.problem.endswith("takes too long: not applied")
    assert wanted.problem.isprintable() and len(wanted.problem) < 60
