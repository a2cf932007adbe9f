"""The disks panel: how full the file systems are (top), and the activity of the block devices (bottom)."""

from collections.abc import Sequence

from nodetop.base import units
from nodetop.base.text import clean, fit_right
from nodetop.drawing.runs import Line
from nodetop.model.derived import highest, total
from nodetop.model.snapshot import DiskMetrics, FilesystemMetrics
from nodetop.widgets.base.panel_parts import (
    Body,
    BoxedPanel,
    apart,
    more,
    percent_field,
    rate_style,
    scaled,
    stale_mark,
)
from nodetop.widgets.base.scrolling import Block
from nodetop.widgets.base.series import SeriesKeeper
from nodetop.widgets.base.view import View
from nodetop.widgets.node_parts.disk_rows import DiskRows
from nodetop.widgets.node_parts.filesystem_rows import filesystem_rows, fullness

_WORDS_FROM = 50
"""On a narrower panel only the number of hidden rows is given."""


class DisksPanel(BoxedPanel):
    """File systems and block devices; they share the height according to their number of rows."""

    name = "disks"

    def __init__(self) -> None:
        self._series = SeriesKeeper()
        self._devices = DiskRows(self._series)

    def subtitle(self, view: View) -> list[Line]:
        span: list[Line] = [[("dim", self._devices.unsaid)]] if self._devices.unsaid else []
        return [*stale_mark(view, "filesystems"), *span]

    def values(self, view: View) -> list[Line]:
        disks = _counted(view)
        if not disks:
            return []
        if len(disks) == 1 and self._devices.unsaid:  # the totals are those of its row, which has no header
            return [[("label", "read, write")]]
        read = total(disks, lambda disk: disk.read_bytes_per_second)
        write = total(disks, lambda disk: disk.write_bytes_per_second)
        return [_rate("read", read), _rate("write", write)]

    def summary(self, view: View, width: int) -> list[Line]:
        line: Line = [("title", "disk")]
        filesystems = (view.snapshot.filesystems if view.snapshot else None) or ()
        if filesystems:
            fullest = max(filesystems, key=fullness)
            line.append((scaled("load", fullest.used_percent), apart(percent_field(fullest.used_percent)) + " "))
            line.append(("text", clean(fullest.mount_point)))
        busiest = highest(_counted(view), lambda disk: disk.utilisation_percent)
        return [line, [("label", "busy"), (scaled("load", busiest), apart(percent_field(busiest)))]]

    def zoomed(self, view: View, width: int, height: int) -> list[Block] | None:
        from nodetop.widgets.zoomed.disks import disk_blocks  # late: not needed for the first frame

        filesystems, disks = _lists(view)
        self._devices.unsaid = ""
        return disk_blocks(disks, filesystems, view, self._series, width, height)

    def rows(self, view: View, width: int) -> int:
        filesystems, disks = _lists(view)
        return sum(len(each) + 1 for each in (filesystems, disks) if each)

    def body(self, view: View, width: int, height: int) -> Body:
        filesystems, disks = _lists(view)
        above, below = _share(height, len(filesystems), len(disks))
        lines = filesystem_rows(filesystems, view, width, above)
        devices = self._devices.lines(disks, view, width, below)
        above_hidden, below_hidden = len(filesystems) - _items(lines), len(disks) - _items(devices)
        if width < _WORDS_FROM:
            return [*lines, *devices], more(above_hidden + below_hidden)
        foot = [*more(above_hidden, "file systems"), *more(below_hidden, "disks")]
        if len(foot) == 2:
            foot.insert(1, ("dim", ", "))
        return [*lines, *devices], foot


def _lists(view: View) -> tuple[Sequence[FilesystemMetrics], Sequence[DiskMetrics]]:
    snapshot = view.snapshot
    return (snapshot.filesystems if snapshot else None) or (), (snapshot.disks if snapshot else None) or ()


def _counted(view: View) -> list[DiskMetrics]:
    return [disk for disk in (view.snapshot.disks if view.snapshot else None) or () if disk.in_total]


def _items(lines: list[Line]) -> int:
    """How many of the lines are not the header."""
    return sum(line[0][0] != "table.header" for line in lines)


def _rate(way: str, value: float | None) -> Line:
    text = units.size(value) + ("" if value is None else "/s")
    return [("label", way), (rate_style(value, way), fit_right(text, 8))]


def _share(height: int, filesystems: int, disks: int) -> tuple[int, int]:
    """Rows for file systems and for devices, each with a header; both get some."""
    wanted_above, wanted_below = filesystems + 1 if filesystems else 0, disks + 1 if disks else 0
    if not wanted_below:
        return min(wanted_above, height), 0
    if wanted_above + wanted_below <= height:
        return wanted_above, height - wanted_above
    if not wanted_above:
        return 0, height
    below = min(wanted_below, max(1 if height > 1 else 0, height - wanted_above, round(height * 0.45)))
    return height - below, below
