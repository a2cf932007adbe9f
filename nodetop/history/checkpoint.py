"""What a hub keeps in memory, written now and then, so that a restart need not read an hour of journal."""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from nodetop.history import fsops
from nodetop.history.day_file import Damaged, Held
from nodetop.history.envelope import SampleEnvelope
from nodetop.history.last_hour import StoredHour

_HEAD = b"nodetop hub checkpoint 1\n"
_LENGTH = 4
_SUM = 4


class NodeState(Struct, frozen=True, kw_only=True):
    """One node: its latest sample, which samples its history holds, its last hour."""

    cluster: str
    node: str
    latest: SampleEnvelope | None
    seen: Held
    hour: StoredHour


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(NodeState)


def write(path: Path, states: Iterable[NodeState]) -> None:
    """Replaces the file, for good, when it returns. One state after another: a thousand nodes are 80 MB. Raises
    OSError."""
    fsops.write_atomically(path, _parts(states))


def _parts(states: Iterable[NodeState]) -> Iterator[bytes]:
    """A head; each state with its length before it; the CRC-32 of all that."""
    checksum = zlib.crc32(_HEAD)
    yield _HEAD
    for state in states:
        body = _encoder.encode(state)
        part = len(body).to_bytes(_LENGTH, "little") + body
        checksum = zlib.crc32(part, checksum)
        yield part
    yield checksum.to_bytes(_SUM, "little")


def read(path: Path) -> Iterator[NodeState]:
    """The nodes of the file; none where there is no file. Raises Damaged before the first, OSError."""
    try:
        data = fsops.read(path)
    except FileNotFoundError:
        return
    view = memoryview(data)[:-_SUM]
    if not data.startswith(_HEAD) or int.from_bytes(data[-_SUM:], "little") != zlib.crc32(view):
        raise Damaged("the checksum does not fit")
    start = len(_HEAD)
    while start < len(view):
        end = start + _LENGTH + int.from_bytes(view[start : start + _LENGTH], "little")
        try:
            yield _decoder.decode(view[start + _LENGTH : end])
        except msgspec.MsgspecError as error:
            raise Damaged(str(error)) from None
        start = end
