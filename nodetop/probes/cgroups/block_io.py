"""What a control group moved on block devices, from its counts for each device. Kernel admin-guide/cgroup-v2.rst
(io.stat), cgroup-v1/blkio-controller.rst.

The kernel counts the same I/O once for a device of LVM, encryption or RAID, and again for the disks below it. So of
devices that are on each other one layer counts: the disks; or the topmost ones where the kernel counts only these. Loop
and memory disks alone do not count: what they move is the I/O of the disk with their file, or none.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nodetop.probes.block_devices import devices_below
from nodetop.probes.host_files import HostFiles

_FIELDS = {b"rbytes": 0, b"wbytes": 1, b"rios": 2, b"wios": 3}
_WAYS = {b"Read": 0, b"Write": 1}
_VIRTUAL = ("loop", "ram", "zram")
_MOST_KEPT = 1024
Counts = Mapping[str, Sequence[int]]
"""By the number of a device, such as 8:0."""


class _Stack(NamedTuple):
    """Devices that are on each other: those at the bottom, and those at the top."""

    bottom: tuple[str, ...]
    top: tuple[str, ...]


class Stacks:
    """Which devices are on which others, as long as `forget` is not called."""

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._below: dict[str, frozenset[str] | None] = {}
        self._stacks: dict[tuple[str, ...], tuple[_Stack, ...]] = {}

    def forget(self) -> None:
        """Devices may have changed."""
        self._below.clear()
        self._stacks.clear()

    def sums(self, counts: Counts, fields: int) -> Sequence[int]:
        """The sum of each of so many fields, with nothing counted twice."""
        totals: Sequence[int] = [0] * fields
        for bottom, top in self._of(tuple(counts)):
            rows = [counts[each] for each in bottom]
            sums = rows[0] if len(rows) == 1 else [sum(column) for column in zip(*rows, strict=True)]
            if top != bottom:
                above = zip(*(counts[each] for each in top), strict=True)
                sums = [max(low, sum(column)) for low, column in zip(sums, above, strict=True)]
            totals = sums if len(counts) == 1 else [old + new for old, new in zip(totals, sums, strict=True)]
        return totals

    def _of(self, numbers: tuple[str, ...]) -> tuple[_Stack, ...]:
        found = self._stacks.get(numbers)
        if found is None:
            if len(self._stacks) > _MOST_KEPT:
                self._stacks.clear()
            found = self._stacks[numbers] = tuple(self._stacked(numbers))
        return found

    def _stacked(self, numbers: Sequence[str]) -> list[_Stack]:
        below = {number: devices & set(numbers) for number in numbers if (devices := self._devices(number)) is not None}
        parts: list[set[str]] = []
        for number, others in below.items():
            whole = {number} | (others & below.keys())
            joined = [part for part in parts if part & whole]
            parts = [part for part in parts if not part & whole] + [whole.union(*joined)]
        return [
            _Stack(
                tuple(each for each in part if not below[each]),
                tuple(each for each in part if not any(each in below[other] for other in part)),
            )
            for part in parts
        ]

    def _devices(self, number: str) -> frozenset[str] | None:
        """The numbers of all devices below it; None: it does not count."""
        if number not in self._below:
            if len(self._below) > _MOST_KEPT:
                self._below.clear()
            self._below[number] = self._look(number)
        return self._below[number]

    def _look(self, number: str) -> frozenset[str] | None:
        if not number.replace(":", "").isdecimal():
            return frozenset()
        name = (self._files.link(f"/sys/dev/block/{number}") or "").rpartition("/")[2]
        if name.startswith(_VIRTUAL):
            return None
        lines = (self._files.line(f"/sys/class/block/{each}/dev") for each in devices_below(self._files, name))
        return frozenset(filter(None, lines)) - {number} if name else frozenset()


def parse_io_stat(data: bytes) -> dict[str, list[int]]:
    """Bytes read and written, reads and writes, by device: `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6`. Some
    kernels write the numbers of devices without counts in front, in the same line."""
    found: dict[str, list[int]] = {}
    for line in data.split(b"\n"):
        number, counts = b"", [0, 0, 0, 0]
        for field in line.split():
            name, equals, value = field.partition(b"=")
            if not equals:
                number = field
            elif (place := _FIELDS.get(name)) is not None and value.isdigit() and len(value) < 20:
                counts[place] = int(value)
        if number and any(counts):
            found[number.decode("ascii", "replace")] = counts
    return found


def parse_blkio(data: bytes) -> dict[str, list[int]]:
    """`8:0 Read 4096` and `8:0 Write 0`, by device; other lines are left out."""
    found: dict[str, list[int]] = {}
    for line in data.split(b"\n"):
        fields = line.split()
        if len(fields) == 3 and fields[1] in _WAYS:
            counts = found.setdefault(fields[0].decode("ascii", "replace"), [0, 0])
            counts[_WAYS[fields[1]]] = _whole(fields[2])
    return found


def _whole(data: bytes) -> int:
    return int(data) if data.isdigit() and len(data) < 20 else 0
