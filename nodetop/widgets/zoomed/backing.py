"""What a file system is on, and the partitions of a disk with their own I/O, as lines."""

from collections.abc import Sequence

from nodetop.base import units
from nodetop.base.text import clean, cut, fit
from nodetop.drawing.runs import Line, pad
from nodetop.model.snapshot import BackingDevice, DiskMetrics, FilesystemMetrics
from nodetop.widgets.base.panel_parts import in_a_row, percent_field, rate_style, scaled
from nodetop.widgets.base.view import View

_WORDS = {"lvm": "LVM", "crypt": "encrypted", "multipath": "multipath", "dm": "mapped"}
_NAME = 10


def chain(filesystem: FilesystemMetrics) -> str:
    """`vg0-root (LVM) on md0 (raid1) on nvme0n1p2, nvme1n1p2 on nvme0n1, nvme1n1`; empty if it is not known."""
    layers: dict[int, list[str]] = {}
    for each in filesystem.backing:
        layers.setdefault(each.depth, []).append(_called(each))
    return " on ".join(", ".join(layer) for _, layer in sorted(layers.items()))


def _called(each: BackingDevice) -> str:
    if each.kind == "md":
        return clean(f"{each.device} ({each.name})" if each.name else each.device)
    word = _WORDS.get(each.kind)
    return clean(f"{each.name or each.device} ({word})" if word else each.device)


def chain_lines(filesystems: Sequence[FilesystemMetrics], view: View, width: int) -> list[Line]:
    """A line for each file system whose devices are known: `/srv on vg0-srv (LVM) on sda3 on sda`."""
    found: list[Line] = []
    for each in filesystems:
        if each.backing:
            mount = clean(each.mount_point, 4096)
            text = cut(f" on {chain(each)}", max(width - len(mount), 0), view.glyphs.ellipsis)
            found.append(pad([("label", cut(mount, width, view.glyphs.ellipsis)), ("dim", text)], width))
    return found


def partition_lines(disk: DiskMetrics, view: View, width: int) -> list[Line]:
    """A line for each partition, with its own I/O, where it is mounted, and its size."""
    return [_partition(each, view, width) for each in disk.partitions]


def _partition(each: DiskMetrics, view: View, width: int) -> Line:
    pieces: list[Line] = [[("label", fit(clean(each.device), _NAME, view.glyphs.ellipsis))]]
    for way, rate in (("read", each.read_bytes_per_second), ("write", each.write_bytes_per_second)):
        pieces.append([("label", way), (rate_style(rate, way), f" {units.size(rate):>5}/s")])
    for letter, rate in (("r", each.reads_per_second), ("w", each.writes_per_second)):
        pieces.append([("value" if rate else "dim", f"{units.count(rate):>5}"), ("label", f" {letter}/s")])
    busy = each.utilisation_percent
    pieces.append([("label", "busy"), (scaled("load", busy), percent_field(busy))])
    if each.mount_points:
        pieces.append([("dim", clean(", ".join(each.mount_points)))])
    if each.size_bytes is not None:
        pieces.append([("label", "size "), ("value", units.size(each.size_bytes))])
    return in_a_row(pieces, width)
