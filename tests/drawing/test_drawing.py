"""Runs, boxes, meters, and what a terminal is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.text import clean
from nodetop.drawing.ansi import RESET, to_ansi
from nodetop.drawing.box import box
from nodetop.drawing.glyphs import ASCII, UNICODE
from nodetop.drawing.meter import meter, plain_meter, stacked
from nodetop.drawing.runs import Line, beside, blank, cut_line, line_width, pad, plain
from nodetop.drawing.terminal import colour_depth, wants_ascii
from nodetop.widgets.base.cursor_list import TextViewport
from nodetop.widgets.base.scrolling import reach

lines = st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=8).map(clean)), max_size=6)


@given(lines, st.integers(0, 30))
def test_a_padded_line_is_exactly_as_wide(line: Line, cells: int) -> None:
    assert line_width(pad(line, cells)) == cells
    assert line_width(cut_line(line, cells)) <= cells


def test_a_cut_line_keeps_what_it_can() -> None:
    assert plain(cut_line([("a", "ab"), ("b", "cdef")], 4)) == "abcd"
    assert plain(cut_line([("a", "ab"), ("b", "cdef")], 4, "…")) == "abc…"
    assert plain(cut_line([("a", "a漢字")], 4)) == "a漢 "
    assert plain(cut_line([("a", "abc")], 3, "…")) == "abc"


def test_blocks_stand_beside_each_other() -> None:
    assert beside([blank(2)], [[("a", "x")]]) == [[("text", "  "), ("a", "x")]]


def test_a_box_has_its_title_and_values_in_the_edge() -> None:
    drawn = box(
        [[("text", "x" * 28)]], 30, 3, UNICODE, title="cpu", number=1, subtitle=[[("dim", "Xeon")]],
        values=[[("value", "37%")]], foot=[("dim", "+2 more")],
    )  # fmt: skip
    assert [plain(line) for line in drawn] == [
        "╭─ ¹cpu ─ Xeon ──────── 37% ─╮",
        "│" + "x" * 28 + "│",
        "╰─ +2 more ──────────────────╯",
    ]


def test_a_box_leaves_out_what_does_not_fit_least_important_first() -> None:
    def edge(width: int) -> str:
        pieces: list[Line] = [[("value", "37%")], [("value", "62C")]]
        subtitle: list[Line] = [[("dim", "Xeon Gold 6226R")]]
        return plain(box([], width, 2, ASCII, title="cpu", subtitle=subtitle, values=pieces)[0])

    assert edge(40) == "+- cpu - Xeon Gold 6226R -- 37% - 62C -+"
    assert edge(36) == "+- cpu - Xeon Gold 6~ - 37% - 62C -+"
    assert edge(24) == "+- cpu ---- 37% - 62C -+"
    assert edge(18) == "+- cpu ---- 37% -+"
    assert edge(12) == "+- cpu ----+"
    assert [len(edge(width)) for width in range(2, 60)] == list(range(2, 60))


@pytest.mark.parametrize("joined", [True, False])
def test_the_mark_that_there_is_more_is_never_left_out(joined: bool) -> None:
    window = TextViewport()
    window.show(40, 3)

    def edge(width: int) -> str:
        more, values = reach(window, UNICODE), [[("value", "cpu 72°C")]]
        drawn = box(
            [], width, 5, UNICODE, title="temperature", number=5, values=values, more=more, joined=joined
        )  # fmt: skip
        assert [line_width(line) for line in drawn] == [width] * 5
        return plain(drawn[0 if joined else -1])

    assert " 1-3/40 ▼ ─" in edge(45)
    assert all("▼" in edge(width) for width in range(12, 80))
    assert not joined or edge(20) == "╭─ ⁵temperat… ─ ▼ ─╮"


def test_what_is_not_shown_is_said_in_a_narrow_edge_too() -> None:
    def edge(width: int) -> str:
        values: list[Line] = [[("value", "62C")]]
        foot: Line = [("dim", "+37"), ("dim", " · 2 down")]
        return plain(box([], width, 2, UNICODE, title="temperature", values=values, foot=foot, joined=True)[0])

    assert [edge(width) for width in (40, 27, 20, 15)] == [
        "╭─ temperature ─ +37 · 2 down ─── 62C ─╮",
        "╭─ temperature ─ +37 ─────╮",
        "╭─ tempera… ─ +37 ─╮",
        "╭─ te… ─ +37 ─╮",
    ]


def test_a_meter_is_filled_by_halves() -> None:
    def text(percent: float | None) -> str:
        return "".join(run[1] for run in meter(percent, 4, "load", UNICODE) if run[0] != "faint")

    assert [text(percent) for percent in (None, 0, 0.1, 50, 60, 100, 1e300)] == [
        "",
        "",
        "╸",
        "━━",
        "━━╸",
        "━━━━",
        "━━━━",
    ]


@given(st.one_of(st.none(), st.floats(0, 1e300)), st.integers(0, 60), st.sampled_from((UNICODE, ASCII)))
def test_meters_are_exactly_as_wide(percent: float | None, cells: int, glyphs: object) -> None:
    for runs in (meter(percent, cells, "load", glyphs), plain_meter(percent, cells, "good", glyphs)):  # type: ignore[arg-type]
        assert line_width(list(runs)) == cells
        assert all(text for _, text in runs)


def test_parts_of_a_whole_are_stacked() -> None:
    bar = stacked([("used", 50.0), ("cache", 25.0), ("buffers", 0.0)], 100.0, 8, ASCII)
    assert bar == [("used", "####"), ("cache", "##"), ("faint", "..")]
    assert line_width(stacked([("used", 500.0)], 100.0, 8, ASCII)) == 8
    assert stacked([("used", 5.0)], 0.0, 8, ASCII) == [("faint", "........")]


def test_equal_styles_are_sent_once_and_a_line_ends_in_a_reset() -> None:
    styles = {"a": "<A>", "b": "<B>", "same": "<A>"}
    assert to_ansi([("a", "1"), ("a", "2"), ("same", "3"), ("b", "4")], styles) == "<A>123<B>4" + RESET


def test_what_a_terminal_says_of_itself() -> None:
    assert colour_depth({"TERM": "xterm-256color", "COLORTERM": "truecolor"}) == "truecolor"
    assert colour_depth({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}) == "none"
    assert colour_depth({"TERM": "xterm-256color", "NO_COLOR": ""}) == "256"
    assert colour_depth({"TERM": "xterm-kitty"}) == "truecolor"
    assert colour_depth({"TERM": "linux"}) == "16"
    assert colour_depth({"TERM": "dumb"}) == "none"
    assert colour_depth({"TERM": "screen"}) == "16"
    assert colour_depth({"TERM": "vt220"}) == "16"
    assert colour_depth({}) == "16"


def test_ascii_where_the_locale_is_not_utf8() -> None:
    assert not wants_ascii({"LANG": "en_US.UTF-8"})
    assert not wants_ascii({"LANG": "C.utf8", "TERM": "xterm"})
    assert not wants_ascii({})
    assert wants_ascii({"LANG": "de_DE.ISO-8859-1"})
    assert wants_ascii({"LANG": "en_US.UTF-8", "LC_ALL": "POSIX"})
    assert wants_ascii({"LANG": "en_US.UTF-8", "LC_ALL": "C"})
    assert not wants_ascii({"LANG": "C", "LC_CTYPE": "C.UTF-8"})
    assert wants_ascii({"LANG": "en_US.UTF-8", "TERM": "linux"})
