"""The disks panel on the whole screen: for each device graphs of reads, writes and busy time, and its file systems."""

from collections.abc import Callable, Sequence

from nodetop.base import units
from nodetop.base.text import clean, cut_middle
from nodetop.drawing.runs import Line, beside, pad
from nodetop.model.snapshot import DiskMetrics, FilesystemMetrics, NodeSnapshot
from nodetop.widgets.base.panel_parts import in_a_row, rate_style, scaled
from nodetop.widgets.base.scrolling import Block, height_of
from nodetop.widgets.base.series import SeriesKeeper, Value
from nodetop.widgets.base.view import View
from nodetop.widgets.node_parts.disk_rows import LEAST_TOP
from nodetop.widgets.node_parts.filesystem_rows import filesystem_rows
from nodetop.widgets.zoomed.backing import chain_lines, partition_lines
from nodetop.widgets.zoomed.grid import GAP, lines_block, share_rows
from nodetop.widgets.zoomed.history import PERCENT, Histories, Scale, head

_THREE_FROM = 110
"""From this width on the busy time has a graph of its own."""
_LEAST_GRAPH = 2
_RATES = {
    way: Scale(way, lambda value: units.size(value) + "/s", least=LEAST_TOP, thousand=1024) for way in ("read", "write")
}
_BUSY = Scale("load", lambda value: units.percent(value) + "%", top=PERCENT)


def disk_blocks(
    disks: Sequence[DiskMetrics],
    filesystems: Sequence[FilesystemMetrics],
    view: View,
    series: SeriesKeeper,
    width: int,
    height: int,
) -> list[Block]:
    """A block per device, those of the totals first; then the file systems that are on none of them."""
    ordered = sorted(disks, key=lambda disk: not disk.in_total)
    told = any(each.backing for each in filesystems)
    is_theirs = is_on if told else is_named_like
    theirs = {disk.device: [each for each in filesystems if is_theirs(each, disk)] for disk in ordered}
    placed = {id(each) for mounted in theirs.values() for each in mounted}
    others = [each for each in filesystems if id(each) not in placed]
    tables = {disk.device: _table(disk, theirs[disk.device], view, width - GAP) for disk in ordered}
    rest = [*filesystem_rows(others, view, width, len(others) + 1), *chain_lines(others, view, width)]
    fixed = sum(len(table) + 2 for table in tables.values()) + len(rest)
    rows = share_rows(height, fixed, len(ordered), _LEAST_GRAPH)
    histories = Histories(series, view)
    blocks = [_device(disk, tables[disk.device], histories, view, width, rows) for disk in ordered]
    return [*blocks, lines_block(rest)] if height_of(blocks) or rest else []


def _table(disk: DiskMetrics, mounted: Sequence[FilesystemMetrics], view: View, width: int) -> list[Line]:
    """What is below the graphs of a device: partitions, file systems, and, for a disk, what these are on."""
    table = partition_lines(disk, view, width) + filesystem_rows(mounted, view, width, len(mounted))
    return table + (chain_lines(mounted, view, width) if disk.in_total else [])


def is_on(filesystem: FilesystemMetrics, disk: DiskMetrics) -> bool:
    """Whether a file system is on a device, directly or with other devices in between."""
    return any(each.device == disk.device for each in filesystem.backing)


def is_named_like(filesystem: FilesystemMetrics, disk: DiskMetrics) -> bool:
    """The same by the names, for a snapshot that does not tell: of an older nodetop, or of another system."""
    name = filesystem.device.removeprefix("/dev/")
    if name.startswith("mapper/"):
        return disk.kind == "dm" and disk.model == name.removeprefix("mapper/")
    if not disk.device or not name.startswith(disk.device):
        return False
    number = name.removeprefix(disk.device)
    if disk.device[-1].isdigit() and number:  # nvme0n1p2: a p before the number of the partition
        return number[0] == "p" and number[1:].isdecimal()
    return not number or number.isdecimal()


def _device(disk: DiskMetrics, table: list[Line], histories: Histories, view: View, width: int, rows: int) -> Block:
    def draw() -> list[Line]:
        ways = ["read", "write", *(["busy"] if width >= _THREE_FROM else [])]
        cells = (width - GAP * (len(ways) - 1)) // len(ways)
        graphs = [_graph(way, disk, histories, cells, rows) for way in ways]
        drawn = graphs[0]
        for graph in graphs[1:]:
            drawn = beside([[*line, ("text", " " * GAP)] for line in drawn], graph)
        lines = [_title(disk, view, width), *(pad(line, width) for line in drawn)]
        return lines + [[("text", " " * GAP), *line] for line in table]

    return Block(rows + 2 + len(table), draw)


def _title(disk: DiskMetrics, view: View, width: int) -> Line:
    busy = disk.utilisation_percent
    text = units.percent(busy) + ("" if busy is None else "%")
    facts: list[Line] = [[("title" if disk.in_total else "label", clean(disk.device))]]
    facts.append([("label", "busy "), (scaled("load", busy), text)])
    facts.append([("label", "queue "), ("value", units.count(disk.queue_depth))])
    if disk.size_bytes is not None:
        facts.append([("label", "size "), ("value", units.size(disk.size_bytes))])
    facts.append([("dim", clean(disk.kind))])
    if disk.model:
        facts.append([("dim", cut_middle(clean(disk.model), 40, view.glyphs.ellipsis))])
    return in_a_row(facts, width)


def _graph(way: str, disk: DiskMetrics, histories: Histories, cells: int, rows: int) -> list[Line]:
    if way == "busy":
        return histories.lines([("label", "busy")], ("busy", disk.device), _busy(disk.device), _BUSY, cells, rows)
    is_read = way == "read"
    rate = disk.read_bytes_per_second if is_read else disk.write_bytes_per_second
    operations = disk.reads_per_second if is_read else disk.writes_per_second
    wait = disk.read_await_ms if is_read else disk.write_await_ms
    unit = "" if wait is None or wait >= 1000 else "ms"
    pieces: list[Line] = [
        [("label", way), (rate_style(rate, way), f" {units.size(rate):>5}/s")],
        [("value" if operations else "dim", units.count(operations)), ("label", f" {way[0]}/s")],
        [("label", "wait "), ("value" if wait else "dim", units.milliseconds(wait) + unit)],
    ]
    line = head(pieces, cells)
    return histories.lines(line, (way, disk.device), _rate(disk.device, way), _RATES[way], cells, rows)


def _of(device: str, value: Callable[[DiskMetrics], float | None]) -> Value:
    def of(snapshot: NodeSnapshot) -> float | None:
        return next((value(disk) for disk in snapshot.disks or () if disk.device == device), None)

    return of


def _busy(device: str) -> Value:
    return _of(device, lambda disk: disk.utilisation_percent)


def _rate(device: str, way: str) -> Value:
    if way == "read":
        return _of(device, lambda disk: disk.read_bytes_per_second)
    return _of(device, lambda disk: disk.write_bytes_per_second)
