"""Lines of styled text: what every panel draws, independent of Textual, Rich and the terminal.

A run is (style, text): the style is a name for which a theme has colours; the text is clean and has a known width. A
line is a list of runs of exact total width. Adjacent cells of the same style belong in one run: each costs bytes.
"""

from nodetop.base.text import width

Run = tuple[str, str]
Line = list[Run]


def line_width(line: Line) -> int:
    """Terminal cells that a line takes."""
    return sum(width(text) for _, text in line)


def pad(line: Line, cells: int, style: str = "text") -> Line:
    """The line padded or cut to exactly so many cells."""
    short = cells - line_width(line)
    if short > 0:
        return [*line, (style, " " * short)]
    return line if short == 0 else cut_line(line, cells)


def cut_line(line: Line, cells: int, ellipsis: str = "") -> Line:
    """The first so many cells of a line; if it is cut, the last ones are the ellipsis.

    A wide character that would be halved becomes a blank.
    """
    if line_width(line) <= cells:
        return line
    out: Line = []
    cells -= len(ellipsis)
    for style, text in line:
        wide = width(text)
        if wide >= cells:
            head = _head(text, cells) + ellipsis
            return [*out, (style, head)] if head else out
        out.append((style, text))
        cells -= wide
    return out


def _head(text: str, cells: int) -> str:
    if cells <= 0:
        return ""
    if text.isascii():
        return text[:cells]
    used = 0
    for taken, character in enumerate(text):
        wide = width(character)
        if used + wide > cells:
            return text[:taken] + " " * (cells - used)
        used += wide
    return text + " " * (cells - used)


def put(line: Line, cell: int, run: Run) -> Line:
    """The line with one cell of it replaced. Only for lines whose characters take one cell each."""
    out: Line = []
    at = 0
    for style, text in line:
        inside = cell - at
        at += len(text)
        if not 0 <= inside < len(text):
            out.append((style, text))
            continue
        out += [each for each in ((style, text[:inside]), run, (style, text[inside + 1 :])) if each[1]]
    return out


def blank(cells: int, style: str = "text") -> Line:
    """An empty line."""
    return [(style, " " * cells)]


def plain(line: Line) -> str:
    """The text of a line without styles."""
    return "".join(text for _, text in line)


def dimmed(line: Line) -> Line:
    """Old values: everything dim except what is faint, so that the empty part of a meter still looks empty."""
    joined: Line = []
    for style, text in line:
        style = style if style == "faint" else "dim"
        if joined and joined[-1][0] == style:
            joined[-1] = (style, joined[-1][1] + text)
        else:
            joined.append((style, text))
    return joined


def beside(left: list[Line], right: list[Line]) -> list[Line]:
    """Two blocks of equal height side by side."""
    return [a + b for a, b in zip(left, right, strict=True)]
