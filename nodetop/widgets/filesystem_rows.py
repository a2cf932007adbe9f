"""File systems as rows: how full each is, the fullest first where not all fit."""

from collections.abc import Sequence

from nodetop import units
from nodetop.drawing.meter import meter, plain_meter
from nodetop.drawing.runs import Line, Run
from nodetop.model import FilesystemMetrics
from nodetop.text import clean, fit, fit_right
from nodetop.widgets.panel_parts import (
    Column,
    columns_width,
    fit_columns,
    header_row,
    mark,
    more_line,
    percent_field,
    row_of,
    scaled,
)
from nodetop.widgets.view import View

WARNING_PERCENT = 90.0
CRITICAL_PERCENT = 98.0
COLUMNS = (
    Column("mount", 8, 26, 0, "file system", right=False),
    Column("meter", 4, 40, 2, "", right=False),
    Column("percent", 5, 5, 1, "used "),
    Column("used", 6, 6, 4, "used"),
    Column("total", 6, 6, 5, "size"),
    Column("available", 6, 6, 3, "avail"),
    Column("type", 6, 8, 6, "type", right=False),
)


def filesystem_rows(filesystems: Sequence[FilesystemMetrics], view: View, width: int, height: int) -> list[Line]:
    """At most `height` lines: a header where there is room for it, then the fullest, the rest counted."""
    if height <= 0 or not filesystems:
        return []
    widths = fit_columns(COLUMNS, width)
    used = columns_width(widths)
    head = [header_row(COLUMNS, widths, width)] if height > len(filesystems) or height >= 6 else []
    shown = _chosen(filesystems, height - len(head))
    lines = [row_of([_cell(name, wide, item, view) for name, wide in widths.items()], used, width) for item in shown]
    hidden = len(filesystems) - len(shown)
    return head + lines + ([more_line(hidden, width)] if hidden and len(shown) < height - len(head) else [])


def _chosen(filesystems: Sequence[FilesystemMetrics], room: int) -> list[FilesystemMetrics]:
    """All in the order given, or the fullest that can still be written to with a line left to count the rest."""
    if len(filesystems) <= room:
        return list(filesystems)
    room = room - 1 if room > 1 else room
    fullest = sorted(filesystems, key=fullness, reverse=True)[:room]
    return [item for item in filesystems if item in fullest][:room]


def fullness(item: FilesystemMetrics) -> float:
    """How much it matters: what is written to and full, then what does not answer, then what is read-only."""
    if item.read_only:
        return -2.0
    return -1.0 if item.used_percent is None else item.used_percent


def _cell(name: str, wide: int, item: FilesystemMetrics, view: View) -> Sequence[Run]:
    percent = item.used_percent
    if name == "mount":
        return _mount(item, wide, view)
    if name == "meter":
        if item.read_only:  # an image that is always full: no news, no colour
            return plain_meter(percent, wide, "buffers", view.glyphs)
        return meter(percent, wide, "load", view.glyphs)
    if name == "percent":
        inodes = item.inodes_used_percent
        if inodes is not None and inodes >= WARNING_PERCENT and (percent is None or inodes > percent):
            return (("warning", fit_right(f"i{inodes:.0f}%", 4)), mark(inodes, 0, CRITICAL_PERCENT, view.glyphs))
        style = "dim" if item.read_only else scaled("load", percent)
        judged = None if item.read_only else percent
        return ((style, percent_field(percent)), mark(judged, WARNING_PERCENT, CRITICAL_PERCENT, view.glyphs))
    if name == "type":
        return (("dim", fit(clean(item.fs_type), wide, view.glyphs.ellipsis)),)
    amount = {"used": item.used_bytes, "total": item.total_bytes, "available": item.available_bytes}[name]
    return (("value" if name == "available" else "dim", fit_right(units.size(amount), wide)),)


def _mount(item: FilesystemMetrics, wide: int, view: View) -> Sequence[Run]:
    """The mount point, its last part kept when cut, and whether it is read-only or does not answer."""
    tag = " ro" if item.read_only else " ?" if item.used_percent is None and item.remote else ""
    name = clean(item.mount_point)
    room = wide - len(tag)
    if len(name) > room and room > 4:
        name = view.glyphs.ellipsis + name[-(room - 1) :]
    runs = (("text", fit(name, room, view.glyphs.ellipsis)), ("paused" if tag == " ?" else "dim", tag))
    return runs if tag else runs[:1]
