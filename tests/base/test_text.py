"""Outside text made safe, and measured."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from nodetop.base.text import clean, cut, cut_host, cut_middle, fit, fit_middle, fit_right, to_ascii, width

HOSTILE = [
    "\x1b]52;c;aGVsbG8=\x1b\\",
    "\x1b[6n",
    "\x9b2J",
    "a\nb\rc\td",
    "safe\u202etxt.exe",
    "\u2066isolated\u2069",
    "\ud800lone",
    "tag\U000e0041\U000e007f",
    "zero\u200bwidth\u200d",
    "line\u2028par\u2029",
    "del\x7f",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_that_drives_a_terminal_survives(value: str) -> None:
    safe = clean(value)
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in safe)
    assert safe.encode("utf-8")


@pytest.mark.parametrize(
    "value", ["[/foo]", "[@click=app.quit]x", "[link=http://evil]", "C:\\[bold", "100% {{x}} $(y)"]
)
def test_markup_is_only_text(value: str) -> None:
    assert clean(value) == value


@given(st.text(max_size=400), st.integers(0, 300))
def test_clean_is_bounded_and_stable(value: str, limit: int) -> None:
    safe = clean(value, limit)
    assert len(safe) <= limit
    assert clean(safe, limit) == safe


@given(st.binary(max_size=200))
def test_bytes_never_raise(value: bytes) -> None:
    assert "\x1b" not in clean(value)


def test_a_name_made_of_combining_marks_stays_in_its_row() -> None:
    assert clean("e" + "\u0301" * 50) == "e\u0301\u0301"


@given(st.text(max_size=60), st.integers(0, 40))
def test_fit_has_exactly_the_asked_width(value: str, cells: int) -> None:
    safe = clean(value)
    assert width(fit(safe, cells)) == cells
    assert width(fit_right(safe, cells)) == cells
    assert width(cut(safe, cells)) <= cells


@pytest.mark.parametrize("value", ["plain", "日本語", "e\u0301a", "€", "한글", "🚀 go", "ﬁ"])
def test_width_agrees_with_the_screen_library(value: str) -> None:
    assert width(value) == cell_len(value)


def test_cut_marks_what_is_missing() -> None:
    assert cut("processes", 5) == "proc…"
    assert cut("日本語", 5) == "日本…"
    assert cut("日本語", 4) == "日…"
    assert cut("abc", 0) == ""
    assert fit_right("7", 3) == "  7"


@given(st.text(max_size=60))
def test_in_ascii_it_takes_as_many_cells(value: str) -> None:
    safe = clean(value)
    assert to_ascii(safe).isascii()
    assert width(to_ascii(safe)) == width(safe)


def test_marks_of_our_own_have_plain_ones() -> None:
    assert to_ascii("– 5° a…b 日 e\u0301 \ufffd") == "- 5  a~b ?? e ?"


def test_control_characters_are_blanks_or_marks() -> None:
    assert clean("python -c \nimport a\n\tb\x1b[31m\x7f\x9b") == "python -c ↵import a↵ b·[31m··"
    assert to_ascii(clean("a\nb")) == "a b"


@pytest.mark.parametrize(
    "name", ["edge-very-long-node-name-001", "日本語のとても長い名前-001", "e\u0301" * 40 + "-001"]
)
def test_names_are_cut_in_the_middle(name: str) -> None:
    for cells in range(1, 40):
        assert width(fit_middle(name, cells)) == cells
        assert width(cut_middle(name, cells)) <= cells
    assert cut_middle(name, 14).endswith("-001") and cut_middle(name, 14)[0] == name[0]
    assert cut_middle("short", 5) == "short" and cut_middle("longer", 5) == "lo…er"
    assert cut_middle("longer", 4) == "lon…"


def test_hosts_of_several_racks_stay_apart_where_names_are_short() -> None:
    hosts = [f"edge-very-long-frankfurt-rack-{rack:02}-node-{node}" for rack in range(4) for node in range(10)]
    assert len({cut_host(host, 13) for host in hosts}) == len(hosts)
    assert cut_host(hosts[0], 13) == "edge…0-node-0" and cut_host("short", 5) == "short"
