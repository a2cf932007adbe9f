"""The hub's memory, written to a file from time to time, so that a restart need not read an hour of journal.

The states are MessagePack with field names, so that fields and charted values can be added: missing ones are unknown,
and those of a newer nodetop are skipped. Arrays without names (see last_hour.py) may only grow at the end. Any other
change of the format needs another number in the header.
"""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from nodetop.base import files
from nodetop.base.command_line import as_text
from nodetop.history.day_file import Damaged, Held
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.last_hour import StoredHour
from nodetop.history.hub.seen import Forgotten
from nodetop.model.wire import fitted

_HEAD = b"nodetop hub checkpoint 1\n"
_NUMBER = 8
_LENGTH = 4
_SUM = 4


class NodeState(Struct, frozen=True, kw_only=True):
    """One node: its latest sample, the samples counted in its history, its last hour."""

    cluster: str
    node: str
    latest: SampleEnvelope | None
    seen: Held
    forgotten: Forgotten = Forgotten()
    hour: StoredHour


_encoder = msgspec.msgpack.Encoder(enc_hook=as_text)
_decoder = msgspec.msgpack.Decoder(NodeState)


def write(path: Path, up_to: int, states: Iterable[NodeState]) -> None:
    """Replaces the file; the new one is on the disk on return. `states` include all journal records up to `up_to`. They
    are written one by one, because a thousand nodes take 60 MB. Raises OSError."""
    files.write_atomically(path, _parts(up_to, states))


def _parts(up_to: int, states: Iterable[NodeState]) -> Iterator[bytes]:
    """The header, each state after its length, and the CRC-32 of all that."""
    head = _HEAD + up_to.to_bytes(_NUMBER, "little")
    checksum = zlib.crc32(head)
    yield head
    for state in states:
        body = _encoder.encode(state)
        part = len(body).to_bytes(_LENGTH, "little") + body
        checksum = zlib.crc32(part, checksum)
        yield part
    yield checksum.to_bytes(_SUM, "little")


def read(path: Path) -> tuple[int, Iterator[NodeState]]:
    """The position and the nodes; 0 and no nodes without a file. Raises OSError, and Damaged, also between nodes."""
    try:
        data = files.read(path)
    except FileNotFoundError:
        return 0, iter(())
    view = memoryview(data)[:-_SUM]
    if not data.startswith(_HEAD) or int.from_bytes(data[-_SUM:], "little") != zlib.crc32(view):
        raise Damaged("the checksum does not match")
    start = len(_HEAD) + _NUMBER
    return int.from_bytes(view[len(_HEAD) : start], "little"), _states(view, start)


def _states(view: memoryview, start: int) -> Iterator[NodeState]:
    while start < len(view):
        end = start + _LENGTH + int.from_bytes(view[start : start + _LENGTH], "little")
        try:
            yield _decoded(view[start + _LENGTH : end])
        except msgspec.MsgspecError as error:
            raise Damaged(str(error)) from None
        start = end


def _decoded(body: memoryview) -> NodeState:
    """A state, without values from older versions that the model no longer allows."""
    try:
        return _decoder.decode(body)
    except msgspec.ValidationError:
        return fitted(msgspec.msgpack.decode(body), NodeState).value
