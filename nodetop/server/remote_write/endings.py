"""Series that end. A receiver is told with a staleness marker, so that nothing is shown frozen at its last value.

https://prometheus.io/docs/specs/prw/remote_write_spec/#stale-markers
"""

import struct
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from nodetop.model.node_status import REPORTING, state_of
from nodetop.server.remote_write.record import Record, RecordFamily, packed, unpacked

STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]
"""The NaN that is the marker."""
_REMEMBERED_NODES = 20_000

Key = tuple[str, str]
"""Cluster and node."""


@dataclass
class _Node:
    """What was last sent of a node."""

    record: bytes
    """Packed, because it has some hundred series."""
    series: "array[int]"
    """A hash of each of them."""
    sent_at: float
    seen_at: float
    interval: float | None


class Endings:
    """What was last sent of each node."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._nodes: dict[Key, _Node] = {}

    def is_due(self, key: Key, taken_at: float, seconds: float) -> bool:
        """Notes that a sample has arrived. Whether so many seconds have passed since the last one that was sent."""
        node = self._nodes.get(key)
        if node is None:
            return True
        node.seen_at = self._monotonic()
        return taken_at - node.sent_at >= seconds

    def completed(self, key: Key, record: Record, taken_at: float, interval: float | None) -> bytes:
        """The record, packed, with a marker for each series that the node had before and that is no longer there."""
        plain, series = packed(record), array("q", map(hash, _series(record)))
        before = self._nodes.get(key)
        if len(self._nodes) > _REMEMBERED_NODES:
            self._nodes.clear()
        self._nodes[key] = _Node(plain, series, taken_at, self._monotonic(), interval)
        if before is None or set(before.series) <= set(series):
            return plain
        now, old = set(_series(record)), unpacked(before.record)
        ended = () if old is None else _ended(old, now)
        return packed(replace(record, families=(*record.families, *ended)))

    def silent(self) -> Iterator[Record]:
        """Markers for all series of the nodes that have become stale, which are then forgotten."""
        now = self._monotonic()
        for key, node in list(self._nodes.items()):
            if state_of(now - node.seen_at, node.interval) not in REPORTING:
                yield from self.ended(key)

    def all(self, first: Key) -> Iterator[Record]:
        """Markers for all series of all nodes, `first` before the others."""
        for key in sorted(self._nodes, key=lambda key: key != first):
            yield from self.ended(key)

    def ended(self, key: Key) -> Iterator[Record]:
        """Markers for all series of a node that has ended. They are right behind its last sample, so that samples that
        it could not send until later still are the newest ones."""
        node = self._nodes.pop(key, None)
        record = None if node is None else unpacked(node.record)
        if record is not None:
            yield replace(record, at_ms=record.at_ms + 1, families=tuple(_ended(record, set())))


def _series(record: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    return ((family.name, labels) for family in record.families for labels, _ in family.samples)


def _ended(record: Record, still_there: set[tuple[str, tuple[str, ...]]]) -> Iterator[RecordFamily]:
    for family in record.families:
        ended = tuple((labels, STALE) for labels, _ in family.samples if (family.name, labels) not in still_there)
        if ended:
            yield replace(family, samples=ended)
