"""File systems as rows: how full each one is; the fullest ones if not all fit."""

from collections.abc import Sequence

from nodetop.base import units
from nodetop.base.text import clean, cut, fit, fit_right
from nodetop.drawing.meter import meter, plain_meter
from nodetop.drawing.runs import Line, Run
from nodetop.model.snapshot import FilesystemMetrics
from nodetop.widgets.base.columns import Column, columns_width, fit_columns, header_row, row_of
from nodetop.widgets.base.panel_parts import judged, percent_field, scaled
from nodetop.widgets.base.view import View

COLUMNS = (
    Column("mount", 6, 16, 32, 0, "file system", right=False),
    Column("meter", 4, 12, 120, 2, "", right=False),
    Column("percent", 5, 5, 5, 1, "use% "),
    Column("used", 5, 5, 5, 4, "used"),
    Column("total", 5, 5, 5, 5, "size"),
    Column("available", 5, 5, 5, 3, "avail"),
    Column("type", 5, 5, 8, 6, "type", right=False),
)


def filesystem_rows(filesystems: Sequence[FilesystemMetrics], view: View, width: int, height: int) -> list[Line]:
    """At most `height` lines: a header if there is room, then all file systems or the fullest ones."""
    if height <= 0 or not filesystems:
        return []
    widths = fit_columns(COLUMNS, width)
    used = columns_width(widths)
    head = [header_row(COLUMNS, widths, width)] if height > len(filesystems) or height >= 6 else []
    return head + [
        row_of([_cell(name, wide, item, view) for name, wide in widths.items()], used, width)
        for item in _chosen(filesystems, height - len(head))
    ]


def _chosen(filesystems: Sequence[FilesystemMetrics], room: int) -> list[FilesystemMetrics]:
    """All, or the fullest of the writable ones, in the given order."""
    if len(filesystems) <= room:
        return list(filesystems)
    fullest = sorted(filesystems, key=fullness, reverse=True)[:room]
    return [item for item in filesystems if item in fullest][:room]


def fullness(item: FilesystemMetrics) -> float:
    """Sort value of importance: writable and full first, then not responding, then read-only."""
    if item.read_only:
        return -2.0
    return -1.0 if item.used_percent is None else item.used_percent


def _cell(name: str, wide: int, item: FilesystemMetrics, view: View) -> Sequence[Run]:
    percent = item.used_percent
    if name == "mount":
        return _mount(item, wide, view)
    if name == "meter":
        if percent is None and item.asked and (item.remote or item.fs_type.startswith("fuse")):
            return (("warning", fit("no answer", wide, view.glyphs.ellipsis)),)
        if item.read_only:  # an image that is always full: not worth a colour
            return plain_meter(percent, wide, "buffers", view.glyphs)
        return meter(percent, wide, "load", view.glyphs)
    if name == "percent":
        inodes = item.inodes_used_percent
        if inodes is not None and (percent is None or inodes > percent):
            sign = judged("inodes", inodes, view)
            if sign[1] != " ":
                return (("warning", fit_right(f"i{inodes:.0f}%", 4)), sign)
        style = "dim" if item.read_only else scaled("load", percent)
        return ((style, percent_field(percent)), judged("filesystem", None if item.read_only else percent, view))
    if name == "type":
        return (("dim", fit(clean(item.fs_type), wide, view.glyphs.ellipsis)),)
    amount = {"used": item.used_bytes, "total": item.total_bytes, "available": item.available_bytes}[name]
    return (("value" if name == "available" else "dim", fit_right(units.size(amount), wide)),)


def _mount(item: FilesystemMetrics, wide: int, view: View) -> Sequence[Run]:
    """The mount point, cut at its start if too long, and whether it is read-only."""
    tag = " ro" if item.read_only else ""
    name = clean(item.mount_point)
    room = wide - len(tag)
    if room > 4:
        name = cut(name[::-1], room, view.glyphs.ellipsis)[::-1]
    runs = (("text", fit(name, room, view.glyphs.ellipsis)), ("dim", tag))
    return runs if tag else runs[:1]
