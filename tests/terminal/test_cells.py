"""Only changed cells are sent, and a terminal that gets them shows what one shows that gets everything."""

import unicodedata
from collections.abc import Iterator
from random import Random

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodetop.base.text import width
from nodetop.drawing.ansi import to_ansi
from nodetop.drawing.runs import Line
from nodetop.drawing.theme import Depth, Theme, sgr
from nodetop.drawing.themes import THEMES
from nodetop.terminal.cell_text import NARROW
from nodetop.terminal.cells import ScreenCells

GROUND = "48;2;15;19;24"
INK, DIM, BOLD = (f"\x1b[0;{ink};{GROUND}m" for ink in ("38;2;195;204;213", "38;2;90;95;99", "1;38;2;240;244;248"))
STYLES = (INK, DIM, BOLD, "\x1b[0m", "\x1b[0;7;31m", "\x1b[0;4;38;5;200m", "\x1b[32;41m", "\x1b[m")
CHARACTERS = ("a", "b", " ", " ", " ", "⣀", "─", "日", "é", "e\u0301", "\ufffd", "ｗ")
END = "\x1b[0m"


class _Pyte(pyte.Screen):
    def erase_in_display(self, how: int = 0, *args: object, **kwargs: object) -> None:
        """Clears all cells in the current ground, as terminals do; pyte forgets those never written to."""
        for y in range(self.lines):
            for x in range(self.columns):
                self.buffer[y][x] = self.cursor.attrs._replace(data=" ")


class Screen:
    """A terminal emulator; cells as they look: on a blank only what shows there."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = _Pyte(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._stream.feed("\x1b[?7l")

    def feed(self, data: str) -> None:
        self._stream.feed(data)

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)

    def cells(self) -> list[object]:
        lines = self._screen.buffer
        return [_look(lines[y][x]) for y in range(self._screen.lines) for x in range(self._screen.columns)]


def _look(cell: pyte.screens.Char) -> object:
    is_marked = cell.underscore or cell.reverse or cell.strikethrough or cell.blink
    return (" ", cell.bg) if cell.data == " " and not is_marked else cell


def piece(random: Random, cells: int) -> str:
    """A piece of a line of so many cells: text in styles, which ends as it began."""
    out = ""
    while cells:
        out += random.choice(STYLES)
        for character in random.choices(CHARACTERS, k=random.randrange(12)):
            if width(character) <= cells:
                out += character
                cells -= width(character)
        if random.random() < 0.2:
            out += " " * cells
            cells = 0
    return out + END


def frame(random: Random, columns: int, rows: int, whole: bool) -> str:
    """A frame like Textual's: some lines, in pieces, and where the cursor goes."""
    out = ""
    for row in range(rows):
        if whole or random.random() < 0.5:
            cut = random.randrange(columns)
            if cut and (whole or random.random() < 0.5):
                out += f"\x1b[{row + 1};1H{piece(random, cut)}"
            out += f"\x1b[{row + 1};{cut + 1}H{piece(random, columns - cut)}" + "\n" * (row + 1 < rows)
    return f"{out}\x1b[1;1H"


@settings(max_examples=100, deadline=None)
@given(st.integers(), st.booleans())
def test_changed_cells_make_the_same_picture_as_whole_lines(seed: int, erases: bool) -> None:
    random = Random(seed)
    columns, rows = 24, 4
    cells = ScreenCells(columns, rows, erases_in_colour=erases)
    cells.cleared()
    all_sent, changes_sent = Screen(columns, rows), Screen(columns, rows)
    for event in ("whole", *random.choices(("frame", "whole", "resize", "forget"), k=6)):
        if event == "resize":
            columns, rows = random.choice(((24, 4), (17, 6), (40, 2)))
            for each in (cells, all_sent, changes_sent):
                each.resize(columns, rows)
        elif event == "forget":
            changes_sent.feed("\x1b[1;1Hgarbage\x1b[1;1H")
            cells.forget()
        drawn = frame(random, columns, rows, event != "frame")
        all_sent.feed(drawn)
        changes_sent.feed(cells.changes(drawn))
        assert changes_sent.cells() == all_sent.cells()


@pytest.fixture
def cells() -> Iterator[ScreenCells]:
    cells = ScreenCells(40, 3)
    cells.cleared()
    cells.changes(f"\x1b[2;1H{INK}load {DIM}0.52 0.41{INK} up 3h  {BOLD}busy{INK}{' ' * 14}{END}\x1b[1;1H")
    yield cells


def line(text: str, style: str = INK) -> str:
    return f"\x1b[2;1H{style}{text}{END}\x1b[1;1H"


def test_a_changed_digit_sends_only_that_digit(cells: ScreenCells) -> None:
    frame = f"\x1b[2;1H{INK}load {DIM}0.53 0.41{INK} up 3h  {BOLD}busy{INK}{' ' * 14}{END}\x1b[1;1H"
    assert cells.changes(frame) == "\x1b[22;38;2;90;95;99m\x1b[2;9H3\x1b[H"


def test_the_ink_of_blanks_is_not_sent(cells: ScreenCells) -> None:
    frame = f"\x1b[2;1H{INK}load {DIM}0.52 0.41{DIM} {INK}up{DIM} {INK}3h{BOLD}  busy{' ' * 14}{END}\x1b[1;1H"
    assert cells.changes(frame) == ""


def test_another_ground_is_sent_for_blanks_alone() -> None:
    cells = ScreenCells(8, 1)
    cells.cleared()
    assert cells.changes(f"\x1b[1;1H\x1b[0;31;44m        {END}\x1b[1;1H") == "\x1b[44m\x1b[H        \r"


def test_cells_of_one_colour_are_sent_together() -> None:
    cells = ScreenCells(9, 1)
    cells.cleared()
    red, green = "\x1b[0;31m", "\x1b[0;32m"
    sent = cells.changes(f"\x1b[1;1H{red}a{green}b{red}c{green}d{red}e    {END}\x1b[1;1H")
    assert sent == "\x1b[31m\x1b[Ha\x1b[Cc\x1b[Ce\x1b[32m\x1b[2Gb\x1b[Cd\r"


def test_numbers_below_each_other_are_one_step_apart() -> None:
    cells = ScreenCells(40, 4)
    cells.cleared()
    frame = "".join(f"\x1b[{row};30H{text}" for row, text in enumerate(("12", "34", "56"), 1))
    assert cells.changes(frame) == "\x1b[1;30H12\n\b\b34\n\b\b56\x1b[H"


def test_pens_on_one_ground_are_sent_together() -> None:
    cells = ScreenCells(9, 1)
    cells.cleared()
    row, other = "44", "45"
    text = "".join(f"\x1b[0;3{ink};{ground}m{ink}" for ink, ground in ((1, row), (2, other), (3, row), (4, other)))
    assert cells.changes(f"\x1b[1;1H{text}{END}\x1b[1;1H").count(row + "m") == 1


def test_a_line_with_wide_characters_is_sent_from_left_to_right() -> None:
    cells = ScreenCells(9, 1)
    cells.cleared()
    red, green = "\x1b[0;31m", "\x1b[0;32m"
    sent = cells.changes(f"\x1b[1;1H{red}日{green}b{red}c{green}    {END}\x1b[1;1H")
    assert sent == "\x1b[31m\x1b[H日\x1b[32m\x1b[3Gb\x1b[31m\x1b[4Gc\r"


def test_the_cursor_goes_where_it_shall_be_and_only_when_it_moves(cells: ScreenCells) -> None:
    assert cells.changes("\x1b[3;5H") == "\x1b[3;5H"
    assert cells.changes("\x1b[3;5H") == ""


def test_what_is_no_frame_passes_as_it_is(cells: ScreenCells) -> None:
    for other in ("\x1b[?2026$p", "\x07", "\x1b]52;c;AAAA\x07"):
        assert cells.changes(other) == other


@pytest.mark.parametrize(
    "strange",
    [
        "\x1b]8;;x\x1b\\link\x1b]8;;\x1b\\",
        "\x1b[38:2::1:2:3mx\x1b[0m",
        "a\x1b[Kb",
        "\x1b[31mx",
        "x" * 41,
        "\tx",
        "\x9b2J",
    ],
)
def test_a_frame_that_is_not_understood_is_sent_and_nothing_is_known_afterwards(
    cells: ScreenCells, strange: str
) -> None:
    frame = f"\x1b[2;1H{strange}"
    assert cells.changes(frame) == f"\x1b[m{frame}"
    known = line("x" * 40)
    assert cells.changes(known).count("x") == 40


def test_a_cleared_screen_is_filled_with_the_commonest_ground() -> None:
    cells = ScreenCells(20, 2, erases_in_colour=True)
    cells.cleared()
    frame = f"\x1b[1;1H{INK}load{' ' * 16}{END}\n\x1b[2;1H{DIM}{' ' * 16}\x1b[0;30;47m    {END}\x1b[1;1H"
    sent = cells.changes(frame)
    assert sent.startswith(f"\x1b[{GROUND}m\x1b[2J\x1b[") and sent.count(" ") == 4
    assert ScreenCells(20, 2).changes(frame).count(" ") == 36, "a terminal that clears with its own ground"


@pytest.mark.parametrize("depth", ["none", "16", "256", "truecolor"])
@pytest.mark.parametrize("theme", list(THEMES.values()), ids=list(THEMES))
def test_painted_lines_look_like_written_ones(theme: Theme, depth: Depth) -> None:
    styles = sgr(theme, depth)
    lines: list[Line] = [[(style, "日 a"), (style, " é"), ("dim", "e\u0301")] for style in theme.styles]
    painted, written = Screen(8, len(lines)), Screen(8, len(lines))
    cells = ScreenCells(8, len(lines))
    cells.cleared()
    painted.feed(cells.paint([(row, 0, line) for row, line in enumerate(lines)], styles))
    whole = "".join(f"\x1b[{row};1H{to_ansi(line, styles)}" for row, line in enumerate(lines, 1))
    written.feed(whole)
    assert painted.cells() == written.cells()
    assert cells.changes(whole) == ""


def test_lines_that_do_not_fit_are_left_out() -> None:
    cells = ScreenCells(3, 1)
    assert cells.paint([(0, 1, [("a", "xyz")]), (1, 0, [("a", "xyz")])], {"a": "\x1b[0m"}) == ""


def test_characters_that_count_as_narrow_take_one_cell() -> None:
    for code in range(0x110000):
        character = chr(code)
        if NARROW.fullmatch(character):
            assert width(character) == 1 and unicodedata.category(character) not in ("Cc", "Cf"), hex(code)


def test_more_marked_characters_than_can_be_named_are_sent_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodetop.terminal.cell_text._LAST", 0x100001)
    cells = ScreenCells(1, 1)
    for letter in "abcde":
        assert f"{letter}\u0301" in cells.changes(f"\x1b[1;1H{letter}\u0301")
