"""Large JSON replies, encoded in pieces as the client reads them, so that a whole reply is never in memory.

Between two pieces the event loop runs its other tasks, so that a push need not wait for a read.
"""

from collections.abc import AsyncIterator, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import asdict
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from nodetop.model import wire
from nodetop.server.base.read_turns import Slices, next_turn

PIECE_BYTES = 64 * 1024
_GROUP = 50
"""Items of a tuple that are encoded in one call."""


class PiecewiseResponse(Response):
    """A reply in pieces. A reply of one piece has a Content-Length.

    Starlette's StreamingResponse uses a second task to notice that the client has disconnected, and that task costs
    as much as a small reply. Here the rest of the reply is encoded even if the client has disconnected.
    """

    def __init__(self, pieces: AsyncIterator[bytes], media_type: str = "application/json") -> None:
        super().__init__(media_type=media_type)
        del self.headers["content-length"]
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = await anext(self._pieces)
        second = await anext(self._pieces, None)
        if second is None:
            self.headers["content-length"] = str(len(first))
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": first, "more_body": second is not None})
        if second is None:
            return
        await send({"type": "http.response.body", "body": second, "more_body": True})
        async for piece in self._pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def json_stream(reply: Struct | Mapping[str, object]) -> Response:
    """A reply whose tuples and iterators are encoded item by item; iterators run while the client reads."""
    return PiecewiseResponse(pieces(reply))


def bytes_stream(json: bytes) -> Response:
    """A reply of JSON that is in memory already, written no faster than the client reads."""
    return PiecewiseResponse(slices(json))


async def slices(json: bytes) -> AsyncIterator[bytes]:
    """Bytes in pieces of PIECE_BYTES."""
    for start in range(0, len(json), PIECE_BYTES):
        if start:
            await next_turn()
        yield json[start : start + PIECE_BYTES]


async def pieces(reply: Struct | Mapping[str, object]) -> AsyncIterator[bytes]:
    """The JSON of an object, in pieces of about PIECE_BYTES, or one item if that is larger."""
    piece, slices = bytearray(), Slices()
    for part in _parts(reply if isinstance(reply, Mapping) else asdict(reply)):
        piece += part
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
        await slices.pause()
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
    # Items of a tuple are small; items of an iterator may be large.
    groups = _batched(values, _GROUP) if isinstance(values, tuple) else ((value,) for value in values)
    separator = b"["
    for group in groups:
        yield separator + wire.encode(group)[1:-1]
        separator = b","
    yield b"]" if separator == b"," else b"[]"


def _batched(values: tuple[object, ...], size: int) -> Iterator[tuple[object, ...]]:
    """Like itertools.batched of Python 3.12."""
    return (values[start : start + size] for start in range(0, len(values), size))
