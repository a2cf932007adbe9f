"""JSON replies that are large: encoded in pieces as the client reads them, so that no whole reply is in memory.

Between two pieces the event loop does what else is waiting, so that a push need not wait for a read.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import asdict
from starlette.responses import StreamingResponse

from nodetop.model import wire

PIECE_BYTES = 32 * 1024
SLICE_SECONDS = 0.002
"""How long encoding may hold the event loop."""
_JSON = "application/json"


def json_stream(reply: Struct | Mapping[str, object]) -> StreamingResponse:
    """A reply whose tuples and iterators are encoded item by item; iterators run while the client reads."""
    return StreamingResponse(pieces(reply), media_type=_JSON)


def bytes_stream(json: bytes) -> StreamingResponse:
    """JSON that is in memory anyway, written no faster than the client reads."""
    return StreamingResponse(slices(json), media_type=_JSON)


async def slices(json: bytes) -> AsyncIterator[bytes]:
    """Bytes in pieces of PIECE_BYTES."""
    for start in range(0, len(json), PIECE_BYTES):
        yield json[start : start + PIECE_BYTES]


async def pieces(reply: Struct | Mapping[str, object]) -> AsyncIterator[bytes]:
    """The JSON of an object, in pieces of about PIECE_BYTES, or one item if that is larger."""
    piece, until = bytearray(), time.monotonic() + SLICE_SECONDS
    for part in _parts(reply if isinstance(reply, Mapping) else asdict(reply)):
        piece += part
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
        if time.monotonic() >= until:
            await asyncio.sleep(0)
            until = time.monotonic() + SLICE_SECONDS
    yield bytes(piece)


def _parts(fields: Mapping[str, object]) -> Iterator[bytes]:
    separator = b"{"
    for name, value in fields.items():
        yield separator + wire.encode(name) + b":"
        separator = b","
        if isinstance(value, tuple | Iterator):
            yield from _items(value)
        else:
            yield wire.encode(value)
    yield b"}"


def _items(values: "tuple[object, ...] | Iterator[object]") -> Iterator[bytes]:
    separator = b"["
    for value in values:
        yield separator
        yield wire.encode(value)
        separator = b","
    yield b"]" if separator == b"," else b"[]"
