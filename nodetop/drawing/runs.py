"""Lines of styled text: what every panel draws, knowing neither Textual nor Rich nor a terminal.

A run is (style, text): the style is a name that a theme turns into colours, the text is clean and has known width.
A line is a list of runs of exact total width. Adjacent cells of equal style belong in one run: each costs bytes.
"""

from nodetop.text import cut, width

Run = tuple[str, str]
Line = list[Run]


def line_width(line: Line) -> int:
    """Terminal cells a line takes."""
    return sum(width(text) for _, text in line)


def pad(line: Line, cells: int, style: str = "text") -> Line:
    """The line filled with blanks, or cut, to exactly so many cells."""
    short = cells - line_width(line)
    if short > 0:
        return [*line, (style, " " * short)]
    return line if short == 0 else cut_line(line, cells)


def cut_line(line: Line, cells: int) -> Line:
    """The first so many cells of a line; a wide character that would be halved becomes a blank."""
    out: Line = []
    for style, text in line:
        wide = width(text)
        if wide >= cells:
            text = cut(text, cells, ellipsis="")
            text += " " * (cells - width(text))
            return [*out, (style, text)] if text else out
        out.append((style, text))
        cells -= wide
    return out


def blank(cells: int, style: str = "text") -> Line:
    """An empty line."""
    return [(style, " " * cells)]


def plain(line: Line) -> str:
    """The text of a line alone."""
    return "".join(text for _, text in line)


def beside(left: list[Line], right: list[Line]) -> list[Line]:
    """Two blocks of equal height next to each other."""
    return [a + b for a, b in zip(left, right, strict=True)]
