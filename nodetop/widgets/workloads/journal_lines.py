"""The last lines of the journal, below the processes of a workload. Pure."""

from nodetop.base.text import clean, fit
from nodetop.base.when import clock_text
from nodetop.drawing.runs import Line, pad
from nodetop.model.cgroups import JournalLine, JournalPart
from nodetop.widgets.base.view import View

_LEAST_ROWS = 8
"""With fewer rows for processes and journal together, the processes have them all."""
_ERROR, _WARNING, _DEBUG = 3, 4, 7  # priorities of syslog(3)
_PROGRAM_CELLS = 16


def journal_lines(part: JournalPart | None, view: View, width: int, rows: int) -> list[Line]:
    """A header and the last lines, in at most half of so many rows; none while nothing is known."""
    if part is None or rows < _LEAST_ROWS:
        return []
    shown = part.lines[-(rows // 2 - 1) :]
    header: Line = [("table.header", "JOURNAL"), ("dim", f"  {part.why}" if part.why else "")]
    return [pad([(style, fit(text, width).rstrip()) for style, text in header if text], width),
            *(_line(each, view, width) for each in shown)]  # fmt: skip


def _line(line: JournalLine, view: View, width: int) -> Line:
    priority = 6 if line.priority is None else line.priority
    style = (
        "critical" if priority <= _ERROR else "warning" if priority == _WARNING else "dim" if priority == _DEBUG
        else "text"
    )  # fmt: skip
    start = "" if line.at is None else f"{clock_text(line.at)} "
    program = f"{fit(clean(line.program), _PROGRAM_CELLS, view.glyphs.ellipsis)} " if width >= 80 else ""
    room = max(width - len(start) - (_PROGRAM_CELLS + 1 if program else 0), 1)
    text = fit(clean(line.text, 1024), room, view.glyphs.ellipsis)
    return pad([("dim", start), ("label", program), (style, text)], width)
