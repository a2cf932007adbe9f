"""A node at one time, as it waits to be sent: families with their values. Independent of the protocol's version."""

import zlib

import msgspec
from msgspec import Struct

from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.exposition.families import Families
from nodetop.server.exposition.node import add_node
from nodetop.server.exposition.own import add_own

JOB = "nodetop"
_FAST = 1


class RecordFamily(Struct, frozen=True, array_like=True):
    """One metric name. Labels are names and values in turn."""

    name: str
    kind: str
    help: str
    samples: tuple[tuple[tuple[str, ...], float], ...]


class Record(Struct, frozen=True, array_like=True):
    """All values of a node at a time, in UTC milliseconds. `labels` are those of every value."""

    at_ms: int
    labels: tuple[str, ...]
    families: tuple[RecordFamily, ...]


_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Record)


def record_of(snapshot: NodeSnapshot, cluster: str, counters: RawCounters | None) -> Record:
    """What /metrics would say of the node at the time of this sample."""
    families = Families()
    counters = counters if counters is not None else snapshot.counters
    add_node(families, snapshot, counters, snapshot.taken_at)
    add_own(families, snapshot, counters)
    return Record(
        at_ms=round(snapshot.taken_at * 1000),
        labels=("instance", snapshot.node, "cluster", cluster, "job", JOB),
        families=tuple(
            RecordFamily(
                family.name,
                family.kind,
                family.help,
                tuple(
                    (tuple(text for pair in labels for text in pair), value) for labels, value in family.samples.items()
                ),
            )
            for family in families
        ),
    )


def packed(record: Record) -> bytes:
    """The bytes for the spool."""
    return zlib.compress(_encoder.encode(record), _FAST)


def unpacked(data: bytes) -> Record | None:
    """None if it is not a record."""
    try:
        return _decoder.decode(zlib.decompress(data))
    except (zlib.error, msgspec.MsgspecError, UnicodeError):
        return None
