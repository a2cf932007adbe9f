"""An explanation as lines of text: the formula in words and in numbers, raw fields, what other tools show. Pure."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nodetop.base import units
from nodetop.base.text import clean, fit, fit_right
from nodetop.base.text import width as width_of
from nodetop.base.when import clock_text
from nodetop.drawing.runs import Line, pad
from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Other
from nodetop.explanations.formula import filled
from nodetop.explanations.parts import SAME
from nodetop.explanations.registry import Explained
from nodetop.model.raw_file import RawLines
from nodetop.widgets.base.view import View

ELSEWHERE = "The kernel's own fields can be read only on the host itself, live."
_VALUE_CELLS = 12
_PLAIN = str.maketrans({"−": "-", "×": "x", "·": "-", "Δ": "d", "–": "-", "°": " ", "…": "~"})


@dataclass(frozen=True)
class Raw:
    """What was read for the shown value. `lines` is None if this source cannot read it, and () while it is being
    read."""

    lines: Sequence[RawLines] | None = ()


def amount_text(amount: Amount, view: View) -> str:
    """A number with its unit, in short form."""
    value = amount.value
    if value is None:
        return units.UNKNOWN
    if isinstance(value, str):
        return clean(value)
    match amount.unit:
        case "bytes":
            return units.size(value)
        case "bytes/s":
            return units.size(value) + "/s"
        case "kB/s":
            return f"{value:.1f} kB/s"
        case "bit/s":
            return units.bits(value / 8).removesuffix("b") + "bit/s"
        case "percent":
            return f"{value:.1f}%"
        case "count/s":
            return units.count(value) + "/s"
        case "seconds":
            if value >= 600:
                return units.duration(value)
            # As many digits as are needed to reproduce the result.
            return f"{value:.{2 if value >= 10 else 3}f} s" if value >= 0.1 else f"{1000 * value:.1f} ms"
        case "time":
            return units.duration(value)
        case "moment":
            return clock_text(value, "%Y-%m-%d %H:%M")
        case "ms":
            text = units.milliseconds(value)
            return text if text.endswith("s") else f"{text} ms"
        case "celsius":
            return units.temperature(value, view.fahrenheit, 1)
        case "cores":
            return f"{value:.2f}"
        case "mbit/s":
            return f"{value:.0f} Mbit/s"
        case "mhz":
            return f"{value:.0f} MHz"
        case "load":
            return f"{value:.2f}"
        case _:
            return f"{value:,.0f}".replace(",", " ") if value == int(value) else f"{value:.1f}"


def page(explained: Explained, raw: Raw, view: View, cells: int) -> list[Line]:
    """All lines of the page, each `cells` wide; there may be more than fit on the screen."""
    entry = explained.entry
    value = value_text(explained, view)
    lines = [*_wrapped(value, cells, "value"), []] if is_long(value, cells) else []
    lines += _wrapped(entry.means, cells, "text")
    lines += _formula(explained, view, cells)
    lines += _section("read from", [*_raw(explained, raw, cells)], cells)
    lines += _section(
        "other tools", [line for each in entry.others for line in _other(each, explained, view, cells)], cells
    )
    notes = [line for note in entry.notes for line in _wrapped(note, cells, "text", bullet="· ")]
    lines += _section("notes", notes, cells)
    return [[(style, plain_text(text, view)) for style, text in pad(line, cells)] for line in lines]


def plain_text(text: str, view: View) -> str:
    """The text in characters that the terminal can draw."""
    return text.translate(_PLAIN) if view.glyphs.ascii_only else text


def name_text(explained: Explained) -> str:
    """What the value belongs to, and its name."""
    subject = clean(explained.subject.name)
    return f"{subject}: {explained.entry.name}" if subject else explained.entry.name


def value_text(explained: Explained, view: View) -> str:
    """The value, and other forms of it."""
    return " · ".join(amount_text(each, view) for each in explained.entry.values(explained.subject))


def is_long(value: str, cells: int) -> bool:
    """Whether a value is not for the edge of such a page but for its first lines: it is a text, or many other forms."""
    return width_of(value) > cells // 3


def _wrapped(text: str, cells: int, style: str, *, bullet: str = "", indent: int = 0) -> list[Line]:
    first, rest = " " * indent + bullet, " " * (indent + len(bullet))
    lines = textwrap.wrap(text, max(cells, 8), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [[(style, fit(line, cells).rstrip())] for line in lines]


def _section(title: str, lines: list[Line], cells: int) -> list[Line]:
    return [[], [("label", fit(title, cells).rstrip())], *lines] if lines else []


def _formula(explained: Explained, view: View, cells: int) -> list[Line]:
    entry, subject = explained.entry, explained.subject
    if not entry.formula:
        return []
    texts = {name: amount_text(each, view) for name, each in entry.amounts(subject).items()}
    value = amount_text(entry.values(subject)[0], view)
    numbers = filled(entry.formula, texts)
    lines = _wrapped(filled(entry.formula, {}), cells, "accent", indent=2)
    if numbers != value:
        lines += _wrapped(f"{numbers} = {value}", cells, "value", indent=2)
    return _section("computed as", lines, cells)


def _raw(explained: Explained, raw: Raw, cells: int) -> Iterable[Line]:
    """What the kernel reports; for other sources the fields of the snapshot, as nothing else is available."""
    if raw.lines:
        for file in raw.lines:
            yield [("text", fit(f"  {file.path}", cells).rstrip())]
            if file.problem:
                yield [("warning", fit(f"    {file.problem}", cells).rstrip())]
            for line in file.lines:
                # Columns stay aligned if possible.
                line = line if width_of(line) + 4 <= cells else " ".join(line.split())
                yield from _wrapped(line, cells, "dim", indent=4)
        return
    files = explained.entry.raw_files(explained.subject)
    for each in files:
        yield [("text", fit(f"  {clean(each.path)}", cells).rstrip())]
    if raw.lines is None:
        for name in explained.entry.fields:
            value = getattr(explained.subject.item, name)
            text = units.UNKNOWN if value is None else clean(str(value))
            yield [("dim", fit(f"    {name} {text}", cells).rstrip())]
        if files:
            yield from _wrapped(ELSEWHERE, cells, "dim", indent=2)


def _other(other: Other, explained: Explained, view: View, cells: int) -> list[Line]:
    entry, subject = explained.entry, explained.subject
    value = ""
    if other.formula:
        unit = other.unit or entry.values(subject)[0].unit
        value = amount_text(Amount(entry.calculated(subject, other.formula), unit), view)
    room = max(cells - _VALUE_CELLS - 3, 8)
    gap, why = "  ", other.why
    if width_of(other.tools + gap + why) <= room:
        runs: Line = [("text", "  " + other.tools), ("dim", gap + why)]
        lines: list[Line] = [[*pad(runs, room + 2), ("value", fit_right(value, cells - room - 2))]]
    else:
        tools = textwrap.wrap(other.tools, room, break_on_hyphens=False)
        lines = [[("text", "  " + fit(tools[0], room)), ("value", fit_right(value, cells - room - 2))]]
        lines += [[("text", "  " + fit(line, room).rstrip())] for line in tools[1:]]
        lines += _wrapped(why, cells, "dim", indent=4)
    if other.formula and other.formula != entry.formula and why != SAME:
        lines += _wrapped(filled(other.formula, {}), cells, "accent", indent=4)
    return lines
