"""What the terminal shows, cell by cell: of each frame only the cells that change are sent.

Panels paint their lines (`paint`). Textual writes whole lines: a cursor position, then text with SGR sequences that
ends as it began (`changes`). Both are compared with what stands on the screen, and short sequences lead there.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import compress, count
from operator import ne

from nodetop.base.lazy_regex import lazy_regex
from nodetop.drawing.runs import Line
from nodetop.terminal.cell_text import NARROW, SECOND_HALF, CellText
from nodetop.terminal.moves import absolute, relative
from nodetop.terminal.pens import UNKNOWN_PEN, Pens

_UNKNOWN = "\0"
"""In place of a character: nobody knows what stands there."""
_MOVE = lazy_regex(r"\x1b\[(\d+);(\d+)H")
_CONTROL = lazy_regex(r"[\x00-\x1f\x7f-\x9f]")
_PEN_RUN = lazy_regex(r"(.)\1*", re.S)
_MARKED = lazy_regex(b"\x01+")

_Piece = tuple[int, int, str, str]
"""Row, column, and the cells from there on: characters, and names of pens."""
_Part = tuple[int, int, str]
"""Row, column, and the cells from there on."""


class NotAFrame(Exception):
    """Something else than positions, SGR and text on this screen."""


class ScreenCells:
    """The cells of one terminal. A row is two strings: one character for each cell, and the name of its pen."""

    def __init__(self, columns: int, rows: int, *, erases_in_colour: bool = False) -> None:
        """`erases_in_colour`: cleared cells get the ground of the pen, as terminfo's `bce` says."""
        self._erases_in_colour = erases_in_colour
        self._names = Pens()
        self._cell_text = CellText()
        self.resize(columns, rows)

    # What is known of the terminal

    def resize(self, columns: int, rows: int) -> None:
        """The terminal has a new size, and shows nobody knows what."""
        self.columns, self.rows = columns, rows
        self.forget()

    def forget(self) -> None:
        """Nobody knows what the terminal shows: each cell is sent when it is next drawn."""
        self._fill(_UNKNOWN, UNKNOWN_PEN)

    def cleared(self) -> None:
        """The terminal was reset and cleared."""
        self._fill(" ", self._names.plain)

    def _fill(self, character: str, pen: str) -> None:
        self._pen = pen
        self._text = [character * self.columns] * self.rows
        self._pens = [(pen or self._names.plain) * self.columns] * self.rows
        self._is_fresh = True  # nothing has been drawn yet
        self._parked = (0, 0)

    # A frame

    def changes(self, data: str) -> str:
        """What to send instead of `data`; "" if the screen shows it already. What is not a frame is sent as it is; if
        it begins like one, the screen is unknown afterwards."""
        if not _MOVE.match(data):
            return data
        parked = self._parked
        drawn: list[_Piece] = []
        _, *pieces = _MOVE.split(data)
        try:
            for row, column, content in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
                if content := content.rstrip("\n"):
                    drawn.append((int(row) - 1, int(column) - 1, *self._read(content)))
                else:
                    parked = (int(row) - 1, int(column) - 1)
            return self._frame(drawn, parked)
        except NotAFrame:
            self.forget()
            return "\x1b[m" + data

    def paint(self, lines: Iterable[tuple[int, int, Line]], sgr: Mapping[str, str]) -> str:
        """What to send so that the screen shows these lines, each with its row and column; "" if it does already. `sgr`
        is theme.sgr's result. Lines that do not fit on the screen are left out."""
        drawn = [(row, column, *self._cells(line, sgr)) for row, column, line in lines]
        fitting = [each for each in drawn if each[0] < self.rows and each[1] + len(each[2]) <= self.columns]
        return self._frame(fitting, self._parked)

    def _frame(self, drawn: list[_Piece], parked: tuple[int, int]) -> str:
        """What to send for these pieces, with the cursor at `parked` afterwards. Raises NotAFrame."""
        self._out: list[str] = []
        self._row = self._column = -1  # unknown: another program may have written to the terminal
        if self._is_fresh:
            self._erase("".join([pens for *_, pens in drawn]))
        self._of_pen: dict[str, list[_Part]] = {self._pen: []}  # what needs no change of pen comes first
        self._in_order: list[tuple[str, _Part]] = []
        for piece in drawn:
            self._draw(*piece)
        self._send()
        if self._out or parked != self._parked:
            self._jump(*parked)
            self._parked = parked
        sent = "".join(self._out)
        self._out, self._of_pen, self._in_order = [], {}, []  # a first frame has thousands of parts
        return sent

    def _erase(self, pens: str) -> None:
        """Before a frame of the whole screen: clears it in the commonest ground, so that no blanks on it are sent."""
        if len(pens) < self.columns * self.rows:
            return
        ground = Counter(map(self._names.on_blank.__getitem__, pens)).most_common(1)[0][0]
        if self._erases_in_colour and self._names.is_ground(ground):
            self._out.append(self._names.change(self._pen, ground) + "\x1b[2J")
            self._fill(" ", ground)
        self._is_fresh = False

    def _read(self, content: str) -> tuple[str, str]:
        """The cells of a piece of a line: characters, and names of pens. Raises NotAFrame."""
        first, *pieces = content.split("\x1b[")
        pen = self._names.plain
        known = self._names.after
        runs = [(pen, first)]
        for piece in pieces:
            parameters, _, part = piece.partition("m")
            pen = known.get((pen, parameters)) or _needed(self._names.learn(pen, parameters))
            runs.append((pen, part))
        if pen != self._names.plain:
            raise NotAFrame
        text = "".join([part for _, part in runs])
        if not NARROW.fullmatch(text):
            if _CONTROL.search(text):
                raise NotAFrame
            runs = [(pen, _needed(self._cell_text.cells(part))) for pen, part in runs]
            text = "".join([part for _, part in runs])
        return text, "".join([pen * len(part) for pen, part in runs])

    def _cells(self, line: Line, sgr: Mapping[str, str]) -> tuple[str, str]:
        """The cells of a line: characters, and names of pens."""
        names = self._names.of_sequence
        text = "".join([part for _, part in line])
        if not NARROW.fullmatch(text):
            line = [(style, _needed(self._cell_text.cells(part))) for style, part in line]
            text = "".join([part for _, part in line])
        return text, "".join([names[sgr[style]] * len(part) for style, part in line])

    def _draw(self, row: int, column: int, text: str, pens: str) -> None:
        """Notes what a row shows from a column on, and sends the cells that differ. Raises NotAFrame."""
        end = column + len(text)
        if row >= self.rows or end > self.columns:
            raise NotAFrame  # drawn for a size that the terminal had before
        old_text, old_pens = self._text[row], self._pens[row]
        was_text, was_pens = old_text[column:end], old_pens[column:end]
        if was_text == text and was_pens == pens:
            return
        left, right = old_text[:column], old_text[end:]
        if was_text[:1] == SECOND_HALF:  # its first half goes with it
            left = left[:-1] + _UNKNOWN
        if right[:1] == SECOND_HALF:
            right = _UNKNOWN + right[1:]
        self._text[row] = left + text + right
        self._pens[row] = old_pens[:column] + pens + old_pens[end:]
        mask = bytearray(map(ne, was_text, text))
        if was_pens != pens:
            self._add_repainted(mask, text, was_pens, pens)
        self._collect(row, column, text, pens, mask)

    def _add_repainted(self, mask: bytearray, text: str, was_pens: str, pens: str) -> None:
        """Marks cells that look different for their pen. On a blank its ink does not show."""
        on_blank = self._names.on_blank
        for at in compress(count(), map(ne, was_pens, pens)):
            if text[at] != " " or on_blank[was_pens[at]] != on_blank[pens[at]]:
                mask[at] = 1

    # What is sent

    def _collect(self, row: int, column: int, text: str, pens: str, mask: bytearray) -> None:
        """Notes the marked cells of a row to be sent."""
        is_narrow = NARROW.fullmatch(text) is not None
        of_pen, for_blanks = self._of_pen, self._names.for_blanks
        for span in _MARKED.finditer(mask):
            first, last = span.span()
            first -= text[first] == SECOND_HALF
            pen = self._pen
            for start, end in _pen_runs(pens, first, last):
                part = text[start:end]
                pen = for_blanks(pen, pens[start]) if part.isspace() else pens[start]
                if not is_narrow:
                    self._in_order.append((pen, (row, column + start, part)))
                elif pen in of_pen:
                    of_pen[pen].append((row, column + start, part))
                else:
                    of_pen[pen] = [(row, column + start, part)]

    def _send(self) -> None:
        """Sends the cells of one pen together, as a jump is shorter than a colour. Lines with wide characters are sent
        from left to right: if a terminal draws one too wide, the next cell mends it."""
        out = self._out
        for pen in sorted(self._of_pen, key=partial(self._names.apart, self._pen)):
            if parts := self._of_pen[pen]:
                self._take(pen)
            for row, column, part in parts:
                self._jump(row, column)
                out.append(part)
                self._column += len(part)
                if self._column == self.columns:
                    self._column = -1  # the cursor stays in the last column
        for pen, (row, column, part) in self._in_order:
            self._take(pen)
            self._jump(row, column)
            out.append(self._cell_text.text(part))
            self._column = -1  # terminals disagree about the widths of some characters

    def _take(self, pen: str) -> None:
        if pen != self._pen:
            self._out.append(self._names.change(self._pen, pen))
            self._pen = pen

    def _jump(self, row: int, column: int) -> None:
        if row == self._row and column == self._column:
            return
        way = absolute(row, column)
        if self._row >= 0:
            from_here = relative(row - self._row, self._column, column)
            way = from_here if len(from_here) <= len(way) else way
        if row == self._row and 0 < column - self._column <= len(way) and self._column >= 0:
            way = self._between(row, column) or way
        self._out.append(way)
        self._row, self._column = row, column

    def _between(self, row: int, column: int) -> str:
        """The text from the cursor to a column, if sending it again is not longer than a jump; else nothing."""
        text, pens = self._text[row][self._column : column], self._pens[row][self._column : column]
        return text if text.isascii() and text.isprintable() and pens == self._pen * len(pens) else ""


def _pen_runs(pens: str, first: int, last: int) -> Iterable[tuple[int, int]]:
    """Where the pens of these cells change."""
    if pens.count(pens[first], first, last) == last - first:
        return ((first, last),)
    return [run.span() for run in _PEN_RUN.finditer(pens, first, last)]


def _needed(found: str | None) -> str:
    if found is None:
        raise NotAFrame
    return found
