"""Pens: what SGR sequences set, and the sequences from one to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.terminal.sgr import PLAIN, Pen, after, change

COLOURS = ("", "31", "97", "38;5;200", "38;2;1;22;233")
GROUNDS = ("", "41", "107", "48;5;200", "48;2;1;22;233")
PENS = st.builds(
    Pen, st.sampled_from(COLOURS), st.sampled_from(GROUNDS), st.frozensets(st.sampled_from(["1", "2", "3", "4", "7"]))
)


def test_reads_what_a_theme_writes() -> None:
    assert after(PLAIN, "0;1;38;2;240;244;248;48;2;15;19;24") == Pen(
        "38;2;240;244;248", "48;2;15;19;24", frozenset("1")
    )
    assert after(Pen("31", "41", frozenset("12")), "22;39") == Pen("", "41")
    assert after(Pen("31"), "") == after(Pen("31"), "00") == PLAIN


@pytest.mark.parametrize("parameters", ["38", "38;2;1;2", "38;9;1", "12", "4;99"])
def test_says_what_it_does_not_understand(parameters: str) -> None:
    assert after(PLAIN, parameters) is None


@given(PENS, PENS)
def test_a_change_of_colours_results_in_the_new_colours(old: Pen, new: Pen) -> None:
    if old != new:
        assert after(old, change(old, new)[2:-1]) == new
    assert after(old, change(None, new)[2:-1]) == new


def test_only_what_changes_is_sent() -> None:
    ground = "48;2;15;19;24"
    assert change(Pen("31", ground), Pen("32", ground)) == "\x1b[32m"
    assert change(Pen("31", ground), Pen("31", ground, frozenset("1"))) == "\x1b[1m"
    assert change(Pen("31", ground, frozenset("1")), Pen("31", ground)) == "\x1b[22m"
    assert change(Pen("31", ground, frozenset("1")), Pen("31", ground, frozenset("2"))) == "\x1b[22;2m"
    assert change(Pen("31"), PLAIN) == "\x1b[m"
