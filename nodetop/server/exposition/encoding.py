"""Families as a page for Prometheus, by the encoder of its own client library. Text or OpenMetrics, as the reader
asks."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from nodetop.server.base.accept import Choice, choices
from nodetop.server.exposition.families import Family

_END = b"# EOF\n"
"""The last line of a page in OpenMetrics."""
_OPENMETRICS = "1.0.0"
"""The only version of OpenMetrics."""
_GZIP_LEVEL, _GZIP_FORMAT = 1, 31
"""The level that costs least, and zlib's number for the format of gzip."""
_MOST_LINES = 2000
"""Lines encoded in one call in another thread, so that the event loop gets its turns."""


def negotiated(accept: str) -> tuple[Callable[[Any], bytes], str]:
    """The encoder and the content type for an Accept header."""
    from prometheus_client.exposition import choose_encoder  # late: 100 ms, for hubs that are never scraped

    encoder, content_type = choose_encoder(_liked_best(accept))
    return encoder, content_type


def _liked_best(accept: str) -> str:
    """The one of our formats that the client likes best, as a header of its own, because the library does not read
    quality values. Empty: whatever the library has as its default, which is plain text."""
    ours = [choice for choice in choices(accept) if choice.quality > 0 and _is_ours(choice)]
    best = max(ours, key=lambda choice: choice.quality, default=None)  # of equal ones the first
    if best is None:
        return ""
    return ";".join((best.name, *(f"{name}={value}" for name, value in best.parameters.items())))


def _is_ours(choice: Choice) -> bool:
    if choice.name == "application/openmetrics-text":
        return choice.parameters.get("version", _OPENMETRICS) == _OPENMETRICS
    return choice.name in ("text/plain", "text/*", "*/*")


async def encoded(families: Iterable[Family], encoder: Callable[[Any], bytes]) -> AsyncIterator[bytes]:
    """The page in pieces of whole families. A page of OpenMetrics ends with its end mark."""
    group: list[Family] = []
    lines, end = 0, b""
    for family in families:
        group.append(family)
        lines += len(family.samples)
        if lines >= _MOST_LINES:
            piece, end = await _encode(group, encoder)
            yield piece
            group, lines = [], 0
    piece, end = await _encode(group, encoder)
    yield piece + end


async def compressed(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same in the format of gzip, about a tenth of the size."""
    packer = zlib.compressobj(_GZIP_LEVEL, wbits=_GZIP_FORMAT)
    async for piece in pieces:
        yield await asyncio.to_thread(packer.compress, piece)
    yield packer.flush()


async def _encode(group: list[Family], encoder: Callable[[Any], bytes]) -> tuple[bytes, bytes]:
    page = await asyncio.to_thread(encoder, _Registry(group))
    return (page[: -len(_END)], _END) if page.endswith(_END) else (page, b"")


class _Registry:
    """What the library's encoders ask for: an object that collects metrics."""

    def __init__(self, families: list[Family]) -> None:
        self._families = families

    def collect(self) -> Iterable[Any]:
        from prometheus_client.core import Metric  # late, as above

        for family in self._families:
            name = family.name.removesuffix("_total") if family.kind == "counter" else family.name
            metric = Metric(name, family.help, family.kind)
            for labels, value in family.samples.items():
                metric.add_sample(family.name, dict(labels), value)
            yield metric
