"""The most important facts about a process, in blocks side by side: identity, CPU, memory, I/O. Pure."""

from collections.abc import Callable, Sequence
from typing import Any

from nodetop.base.text import clean, fit
from nodetop.base.units import UNKNOWN, cpu_time, duration, percent, size
from nodetop.drawing.runs import Line, Run, blank, cut_line, line_width, pad
from nodetop.model.process_details import Part, Scheduling, Security
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.base.view import View
from nodetop.widgets.details.rows import missing, wrapped
from nodetop.widgets.details.state import DetailsState
from nodetop.widgets.pages.help import balanced

_LABEL_CELLS = 15
_BLOCK_CELLS = 50
_GAP = 3
_COMMAND_LINES = 3
_STATES = {
    "R": "running", "S": "sleeping", "D": "uninterruptible sleep", "T": "stopped", "t": "traced",
    "Z": "zombie: ended, not yet reaped by its parent", "X": "dead", "I": "idle kernel thread",
}  # fmt: skip

Row = tuple[str, Line]


def state_name(letter: str) -> str:
    """The meaning of a state letter."""
    return _STATES.get(letter, clean(letter))


def overview(state: DetailsState, view: View, width: int) -> list[Line]:
    """The whole section, in lines of exactly `width` cells, in as many columns as fit."""
    lines = _command(state, width, view)
    blocks = [
        _block(title, rows, _cells(width), view.glyphs.ellipsis)
        for title, rows in (
            ("process", _identity(state)), ("cpu", _cpu(state, view)), ("memory", _memory(state)), ("i/o", _io(state)),
        )
    ]  # fmt: skip
    count = _columns(width)
    columns = balanced(blocks, count)
    for number in range(max(map(len, columns))):
        line: Line = []
        for index, column in enumerate(columns):
            line += [("text", " " * _GAP)] if index else []
            line += column[number] if number < len(column) else blank(_cells(width))
        lines.append(pad(line, width))
    return lines


def _columns(width: int) -> int:
    return max(1, min((width + _GAP) // (_BLOCK_CELLS + _GAP), 4))


def _cells(width: int) -> int:
    count = _columns(width)
    return (width - _GAP * (count - 1)) // count


def _command(state: DetailsState, width: int, view: View) -> list[Line]:
    row = state.row
    line: Line = [("value", clean(row.command, 4096) or f"[{clean(row.name)}]")]
    lines = wrapped(line, max(width - 1, 1))
    if len(lines) > _COMMAND_LINES:
        lines = [*lines[: _COMMAND_LINES - 1], [*lines[_COMMAND_LINES - 1], ("dim", view.glyphs.ellipsis)]]
    reason = _reason(state)
    explained: list[Line] = [*wrapped(missing(reason), max(width - 1, 1), 2), []] if reason else []
    return [pad([("text", " "), *each], width) for each in [*lines, [], *explained]]


def _reason(state: DetailsState) -> str | None:
    """Why much of it is missing; the rows below are too short to say it in full."""
    if state.elsewhere or state.problem:
        return state.elsewhere or state.problem
    denied = state.details.io.missing if state.details is not None else None
    return denied if denied is not None and denied.startswith("permission denied") else None


def _block(title: str, rows: Sequence[Row], cells: int, ellipsis: str) -> list[Line]:
    lines: list[Line] = [pad([("title", f" {title}")], cells)]
    for label, value in rows:
        head: Line = [("label", f"  {fit(label, _LABEL_CELLS)}")]
        room = cells - line_width(head)
        lines.append(pad([*head, *cut_line(value, max(room, 0), ellipsis)], cells))
    return [*lines, blank(cells)]


def _value(text: str) -> Line:
    return [("dim" if text == UNKNOWN else "value", text)]


def _of(state: DetailsState, name: str, value: Callable[[Any], Line]) -> Line:
    """The value of a part, or why it is missing."""
    if state.details is None:
        return [("dim", UNKNOWN)]
    part: Part[Any] = getattr(state.details, name)
    return missing((part.missing or "").partition(":")[0]) if part.value is None else value(part.value)


def _identity(state: DetailsState) -> list[Row]:
    row = state.row
    rows: list[Row] = [
        ("state", _value(state_name(row.state))),
        ("user", _of(state, "security", _user_line(row)) if state.details else _value(clean(row.user or UNKNOWN))),
        ("parent", _value(_parent(state))),
        ("container/unit", _value(clean(row.container) if row.container else UNKNOWN)),
    ]
    if state.elsewhere is None:
        rows += [
            ("program", _of(state, "executable", lambda path: _value(clean(path, 4096)))),
            ("folder", _of(state, "working_folder", lambda path: _value(clean(path, 4096)))),
            ("capabilities", _of(state, "security", _capabilities)),
            ("seccomp", _of(state, "security", _seccomp)),
            ("oom score", _of(state, "security", _oom)),
        ]
    return rows


def _user_line(row: ProcessMetrics) -> Callable[[Security], Line]:
    def line(security: Security) -> Line:
        name = clean(row.user) if row.user is not None else UNKNOWN
        if security.real_uid is not None and security.real_uid != security.effective_uid:
            return [("warning", name), ("dim", f" (uid {security.effective_uid}, started by {security.real_uid})")]
        return (
            [("value", name), ("dim", f" (uid {security.effective_uid})")]
            if security.effective_uid is not None
            else _value(name)
        )

    return line


def _parent(state: DetailsState) -> str:
    name = f" {clean(state.parent.name)}" if state.parent is not None else ""
    return f"{state.row.ppid}{name}" if state.row.ppid else UNKNOWN


def _capabilities(security: Security) -> Line:
    names = security.capabilities
    if names is None:
        return [("dim", UNKNOWN)]
    if security.all_capabilities:
        return [("warning", "all"), ("dim", f" ({len(names)})")]
    return _value(", ".join(names)) if names else [("dim", "none")]


def _seccomp(security: Security) -> Line:
    no_new = ", no new privileges" if security.no_new_privileges else ""
    return _value(f"{security.seccomp}{no_new}" if security.seccomp is not None else UNKNOWN)


def _oom(security: Security) -> Line:
    if security.oom_score is None:
        return [("dim", UNKNOWN)]
    return (
        [("value", str(security.oom_score)), ("dim", f" adjusted by {security.oom_adjustment}")]
        if security.oom_adjustment
        else _value(str(security.oom_score))
    )


def _cpu(state: DetailsState, view: View) -> list[Row]:
    row = state.row
    rows: list[Row] = [
        ("now", _percent(row.cpu_percent, " of one core")),
        ("time", _value(cpu_time(row.cpu_seconds))),
        ("started", _value(_age(row, view))),
        ("threads", _value(_number(row.threads))),
        ("nice, priority", _value(f"{_number(row.nice)}, {_number(row.priority)}")),
    ]
    if state.elsewhere is None:
        rows += [
            ("policy", _of(state, "scheduling", lambda found: _value(found.policy or UNKNOWN))),
            ("may run on", _of(state, "scheduling", _cpus)),
            ("switches", _of(state, "activity", lambda found: _pair(
                (found.voluntary_switches, "waits"), (found.involuntary_switches, "preempted")))),
            ("page faults", _of(state, "activity", lambda found: _pair(
                (found.minor_faults, "minor"), (found.major_faults, "major")))),
        ]  # fmt: skip
    return rows


def _age(row: ProcessMetrics, view: View) -> str:
    return UNKNOWN if row.started_at is None else f"{duration(max(0.0, view.now - row.started_at))} ago"


def _percent(value: float | None, unit: str) -> Line:
    return [("dim", UNKNOWN)] if value is None else [("value", percent(value, 1)), ("dim", f"%{unit}")]


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else str(value)


def _pair(*parts: tuple[int | None, str]) -> Line:
    line: Line = []
    for value, word in parts:
        line += [("text", "  ")] if line else []
        line += [("value" if value else "dim", _number(value)), ("dim", f" {word}")]
    return line


def _cpus(scheduling: Scheduling) -> Line:
    if scheduling.cpus is None:
        return [("dim", UNKNOWN)]
    online = set(scheduling.cpus_online)
    if online and online <= set(scheduling.cpus):
        return [("value", f"all {len(online)} CPUs")]
    return [("warning", f"CPU {ranges(scheduling.cpus)}")]


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers in short form: 0-3,8."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ",".join("-".join(map(str, part)) for part in parts)


def _memory(state: DetailsState) -> list[Row]:
    row = state.row
    resident: Line = [("value", size(row.resident_bytes)), ("dim", f"  {percent(row.memory_percent, 1)}%")]
    if state.details is None or state.details.memory.value is None:
        rows: list[Row] = [("resident", resident), ("virtual", _value(size(row.virtual_bytes)))]
        return rows + ([("more", _of(state, "memory", lambda _: []))] if state.details is not None else [])
    memory = state.details.memory.value
    return [
        ("resident", [*resident, *_peak(memory.resident_peak_bytes)]),
        ("  anonymous", _value(size(memory.anonymous_bytes))),
        ("  files", _value(size(memory.file_bytes))),
        ("  shared", _value(size(memory.shared_bytes))),
        ("proportional", _of(state, "proportional", lambda found: [
            ("value", size(found.proportional_bytes)), ("dim", f"  its own {size(found.unique_bytes)}")])),
        ("swapped out", _value(size(memory.swap_bytes))),
        ("locked", _value(size(memory.locked_bytes))),
        ("virtual", [("value", size(memory.virtual_bytes)), *_peak(memory.virtual_peak_bytes)]),
    ]  # fmt: skip


def _peak(peak: int | None) -> list[Run]:
    return [] if peak is None else [("dim", f"  peak {size(peak)}")]


def _io(state: DetailsState) -> list[Row]:
    row = state.row
    rows: list[Row] = [
        ("reads", _rate(row.read_bytes_per_second)),
        ("writes", _rate(row.write_bytes_per_second)),
    ]
    if state.elsewhere is None:
        rows += [
            ("from storage", _of(state, "io", lambda io: _value(size(io.read_bytes)))),
            ("to storage", _of(state, "io", lambda io: _value(size(io.write_bytes)))),
            ("total read", _of(state, "io", lambda io: _moved(io.read_chars, io.read_calls))),
            ("total written", _of(state, "io", lambda io: _moved(io.write_chars, io.write_calls))),
            ("I/O priority", _of(state, "scheduling", _io_priority)),
        ]
    return rows


def _moved(count: int | None, calls: int | None) -> Line:
    return [("value", size(count)), *([("dim", f" in {calls} calls")] if calls is not None else [])]


def _rate(value: float | None) -> Line:
    return [("dim", UNKNOWN)] if value is None else [("value", size(value)), ("dim", "/s")]


def _io_priority(scheduling: Scheduling) -> Line:
    if scheduling.io_class is None:
        return [("dim", UNKNOWN)]
    if scheduling.io_class == "none":
        return [("value", "from nice")]
    return _value(scheduling.io_class + ("" if scheduling.io_class == "idle" else f" {scheduling.io_level}"))
