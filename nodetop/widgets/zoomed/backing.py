"""What a file system is on, and the partitions of a disk with their own I/O, as lines."""

from collections.abc import Sequence

from nodetop.base import units
from nodetop.base.text import clean, cut, cut_middle, fit_middle
from nodetop.base.text import width as wide
from nodetop.drawing.runs import Line, pad
from nodetop.model.snapshot import BackingDevice, DiskMetrics, FilesystemMetrics
from nodetop.widgets.base.panel_parts import apart, in_a_row, percent_field, rate_style, scaled
from nodetop.widgets.base.view import View

_WORDS = {"lvm": "LVM", "crypt": "encrypted", "multipath": "multipath", "dm": "mapped"}
_NAME = 10
_MOST_LINES = 3
"""Of one chain."""
_INDENT = "  "
_OPERATIONS_FROM = 96
"""On a narrower panel the mount points of a partition take the place of its operations per second."""


def chain(filesystem: FilesystemMetrics) -> str:
    """`vg0-root (LVM) on md0 (raid1) on nvme0n1p2, nvme1n1p2 on nvme0n1, nvme1n1`; where not all have as many layers
    below them, `bcache0 on sda1 on sda, and on nvme0n1`; `tank (ZFS pool)`; empty if it is not known."""
    backing = filesystem.backing
    if filesystem.fs_type == "zfs" and not backing:
        return clean(f"{filesystem.device.partition('/')[0]} (ZFS pool)")
    if not any(each.on for each in backing):  # of an older nodetop
        return _by_layer(backing)
    return _Stack(backing).phrase([each for each in backing if each.depth == 0])


def _by_layer(backing: Sequence[BackingDevice]) -> str:
    layers: dict[int, list[str]] = {}
    for each in backing:
        layers.setdefault(each.depth, []).append(_called(each))
    return " on ".join(", ".join(layer) for _, layer in sorted(layers.items()))


class _Stack:
    """The devices of one file system, put into words. Each is followed down once, and only to deeper ones, so that a
    hostile snapshot ends."""

    def __init__(self, backing: Sequence[BackingDevice]) -> None:
        self._known = {each.device: each for each in backing}
        self._said: set[str] = set()
        self._heights: dict[str, int] = {}
        for each in sorted(backing, key=lambda each: -each.depth):
            self._heights[each.device] = max((self._heights[one.device] + 1 for one in self._under(each)), default=0)

    def phrase(self, devices: Sequence[BackingDevice]) -> str:
        """`a, b on c, and on d`: those with most layers below them first, those with as many together."""
        groups: dict[int, list[BackingDevice]] = {}
        for each in devices:
            groups.setdefault(self._heights[each.device], []).append(each)
        return ", and on ".join(self._group(group) for _, group in sorted(groups.items(), reverse=True))

    def _group(self, devices: Sequence[BackingDevice]) -> str:
        under = {one.device: one for each in devices if each.device not in self._said for one in self._under(each)}
        self._said.update(each.device for each in devices)
        called = ", ".join(map(_called, devices))
        return f"{called} on {self.phrase(list(under.values()))}" if under else called

    def _under(self, device: BackingDevice) -> list[BackingDevice]:
        below = (self._known[name] for name in device.on if name in self._known)
        return [each for each in below if each.depth > device.depth]


def _called(each: BackingDevice) -> str:
    if each.kind in ("md", "loop"):
        return clean(f"{each.device} ({each.name})" if each.name else each.device)
    word = _WORDS.get(each.kind)
    called = each.name or each.device
    return clean(f"{called} ({word})" if word else called)


def chain_lines(filesystems: Sequence[FilesystemMetrics], view: View, width: int) -> list[Line]:
    """For each file system whose devices are known: `/srv on vg0-srv (LVM) on sda3 on sda`, on several lines if it is
    long."""
    found: list[Line] = []
    for each in filesystems:
        text = chain(each)
        if text:
            mount = cut_middle(clean(each.mount_point, 4096), width, view.glyphs.ellipsis)
            first, *more = _folded(f"on {text}".split(" "), width - wide(mount), width, view.glyphs.ellipsis)
            found.append(pad([("label", mount), ("dim", first)], width))
            found += [pad([("dim", line)], width) for line in more]
    return found


def _folded(words: Sequence[str], first: int, cells: int, ellipsis: str) -> list[str]:
    """At most _MOST_LINES lines of words, the first with `first` cells; what does not fit is cut."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}"
        if lines[-1] and len(lines) < _MOST_LINES and wide(longer) > (first if len(lines) == 1 else cells):
            lines.append(_INDENT + word)
        else:
            lines[-1] = longer
    return [cut(line, cells if number else first, ellipsis) for number, line in enumerate(lines)]


def partition_lines(disk: DiskMetrics, view: View, width: int) -> list[Line]:
    """A line for each partition, with its own I/O, where it is mounted, and its size."""
    return [_partition(each, view, width) for each in disk.partitions]


def _partition(each: DiskMetrics, view: View, width: int) -> Line:
    pieces: list[Line] = [[("label", fit_middle(clean(each.device), _NAME, view.glyphs.ellipsis))]]
    for way, rate in (("read", each.read_bytes_per_second), ("write", each.write_bytes_per_second)):
        pieces.append([("label", way), (rate_style(rate, way), f" {units.size(rate):>5}/s")])
    operations = (("r", each.reads_per_second), ("w", each.writes_per_second)) if width >= _OPERATIONS_FROM else ()
    for letter, rate in operations:
        pieces.append([("value" if rate else "dim", f"{units.count(rate):>5}"), ("label", f" {letter}/s")])
    busy = each.utilisation_percent
    pieces.append([("label", "busy"), (scaled("load", busy), apart(percent_field(busy)))])
    if each.mount_points:
        pieces.append([("dim", clean(", ".join(each.mount_points)))])
    if each.size_bytes is not None:
        pieces.append([("label", "size "), ("value", units.size(each.size_bytes))])
    return in_a_row(pieces, width)
