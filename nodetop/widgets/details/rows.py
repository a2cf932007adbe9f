"""The lines of each section of the process details: numbers, names and reasons as text. Pure.

A line may be longer than the screen; the caller cuts or wraps it. Every string from the process goes through clean.
"""

from collections.abc import Iterable
from typing import Any

from nodetop.base.text import clean, fit, width
from nodetop.base.units import UNKNOWN, size
from nodetop.drawing.runs import Line, Run
from nodetop.drawing.theme import middle
from nodetop.model.process_details import Limit, Part
from nodetop.widgets.base.filter import Filter
from nodetop.widgets.details.state import DetailsState

_LONGEST = 128 * 1024
"""Characters shown of one string: the kernel accepts no longer one."""
_NAME_CELLS = 22
_LEAST_ADDRESS = 14


def missing(reason: str) -> Line:
    """The line that says why there is no value."""
    return [("dim", f"{UNKNOWN} {clean(reason, 1024)}")]


def part_lines(state: DetailsState, name: str, what: str) -> tuple[Any, list[Line]]:
    """The value of a part; if there is none, the lines that say why."""
    if state.elsewhere is not None:
        return None, [missing(state.elsewhere)]
    if state.details is None:
        return None, [missing(state.problem) if state.problem else [("dim", "reading")]]
    part: Part[Any] = getattr(state.details, name)
    if part.value is None:
        return None, [missing(part.missing or "not available")]
    return part.value, [] if part.value != () else [[("dim", what)]]


def command(state: DetailsState) -> list[Line]:
    """Each argument on its own line, numbered; if they are not known, the command from the process row."""
    arguments, lines = part_lines(state, "arguments", "it has no command line")
    if arguments is None:
        said = clean(state.row.command or f"[{state.row.name}]", _LONGEST)
        return [[("value", said)], [], *lines]
    wide = len(str(max(len(arguments) - 1, 0)))
    return lines + [
        [("label", f"{number:>{wide}}  "), ("value" if number else "title", clean(text, _LONGEST) or '""')]
        for number, text in enumerate(arguments)
    ]


def environment(state: DetailsState) -> list[Line]:
    """One line per variable."""
    variables, lines = part_lines(state, "environment", "it has no environment")
    return lines + [
        [("accent", clean(name, _LONGEST)), ("label", "="), ("value", clean(value, _LONGEST))]
        for name, value in variables or ()
    ]


_KIND_STYLES = {"socket": middle("receive"), "pipe": middle("transmit"), "file": "value"}


def files(state: DetailsState) -> list[Line]:
    """One line per descriptor."""
    found, lines = part_lines(state, "files", "")
    if found is None:
        return lines
    header: list[Line] = [[("table.header", f"{'FD':>6}  {'MODE':<4}  {'KIND':<7} TARGET")]]
    rows: list[Line] = [
        [
            ("label", f"{each.descriptor:>6}  "), ("text", f"{each.mode:<4}  "),
            ("dim", f"{each.kind:<7} "), (_KIND_STYLES.get(each.kind, "text"), clean(each.target, 4096)),
        ]
        for each in found.entries
    ]  # fmt: skip
    hidden = found.total - len(found.entries)
    more: list[Line] = [[("dim", f"and {hidden} more")]] if hidden > 0 else []
    return header + rows + more if rows else [[("dim", "it has no open files")]]


def files_details(state: DetailsState) -> list[Line]:
    """The number of descriptors of each kind, for the top edge."""
    found = state.details.files.value if state.details is not None else None
    if found is None:
        return []
    return [
        [("text", str(found.total))],
        *([("dim", f"{count} {_plural(kind, count)}")] for kind, count in found.kinds),
    ]


def _plural(kind: str, count: int) -> str:
    return kind if count == 1 or kind in ("memory", "other") else f"{kind}s"


_STATE_STYLES = {"established": "good", "connected": "good", "listen": "accent"}


def connections(state: DetailsState) -> list[Line]:
    """One line per socket."""
    found, lines = part_lines(state, "connections", "it has no sockets")
    if not found:
        return lines
    wide = max([_LEAST_ADDRESS, *(len(each.local) for each in found if each.remote)])
    rows: list[Line] = [[("table.header", f"{'FD':>6}  {'PROTO':<5}  {'STATE':<20} {'LOCAL':<{wide}}  REMOTE")]]
    for each in found:
        word = clean(each.state) or UNKNOWN
        style = _STATE_STYLES.get(word.rpartition(", ")[2], "text")
        line: Line = [
            ("label", f"{each.descriptor:>6}  "), ("dim", f"{each.protocol:<5}  "), (style, fit(word, 20) + " "),
        ]  # fmt: skip
        local = clean(each.local, 4096) or UNKNOWN
        if each.remote:
            line += [("value", fit(local, wide)), ("label", "  "), ("value", clean(each.remote))]
        else:
            line.append(("value" if each.local else "dim", local))
        rows.append(line)
    return rows


def limits(state: DetailsState) -> list[Line]:
    """One line per limit: the soft limit, and the hard limit up to which the process may raise it."""
    found, lines = part_lines(state, "limits", "no limits are known")
    if not found:
        return lines
    header: Line = [("table.header", f"{'LIMIT':<{_NAME_CELLS}}{'SOFT':>14}{'HARD':>14}  UNIT")]
    return [header, *(_limit(each) for each in found)]


def _limit(limit: Limit) -> Line:
    def value(number: int | None) -> Run:
        if number is None:
            return ("dim", f"{'unlimited':>14}")
        text = size(number) if limit.unit == "bytes" and number >= 1024 else str(number)
        return ("value", f"{text:>14}")

    return [
        ("text", fit(clean(limit.name), _NAME_CELLS)), value(limit.soft), value(limit.hard),
        ("dim", f"  {clean(limit.unit)}"),
    ]  # fmt: skip


def cgroup(state: DetailsState) -> list[Line]:
    """The container or unit, and the path in each hierarchy."""
    found, lines = part_lines(state, "cgroup", "")
    name = found.name if found is not None else state.row.container
    first: list[Line] = [[("label", fit("container or unit", _NAME_CELLS)), *_or_dash(name)], []]
    if found is None:
        return first + lines
    return first + [
        [("label", fit(clean(controllers) or "version 2", _NAME_CELLS)), ("value", clean(path, 4096))]
        for controllers, path in found.paths
    ]


def _or_dash(text: str | None) -> Line:
    return [("value", clean(text))] if text else [("dim", UNKNOWN)]


def matching(lines: Iterable[Line], wanted: Filter[str]) -> list[Line]:
    """The lines that pass a filter; headers always stay."""
    lines = list(lines)
    return wanted.settled(
        lambda: [line for line in lines if _is_header(line) or wanted.matches("".join(text for _, text in line))]
    )


def _is_header(line: Line) -> bool:
    return bool(line) and line[0][0] == "table.header"


def wrapped(line: Line, cells: int, indent: int = 4) -> list[Line]:
    """Wraps a line into lines of at most this many cells; all but the first are indented."""
    out: list[Line] = [[]]
    room = cells
    for style, text in line:
        while text:
            head, text = _split(text, room)
            if head:
                out[-1].append((style, head))
            if text:
                out.append([("text", " " * indent)])
                room = max(cells - indent, 2)
            else:
                room -= width(head)
    return out


def _split(text: str, cells: int) -> tuple[str, str]:
    if text.isascii():
        return text[: max(cells, 0)], text[max(cells, 0) :]
    used = 0
    for taken, character in enumerate(text):
        used += width(character)
        if used > cells:
            return text[:taken], text[taken:]
    return text, ""
