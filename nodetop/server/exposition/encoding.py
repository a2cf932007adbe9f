"""Families as a page for Prometheus, by the encoder of its own client library. Text or OpenMetrics, as the reader
asks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from nodetop.server.exposition.families import Family

_END = b"# EOF\n"
"""The last line of a page in OpenMetrics."""
_MOST_LINES = 2000
"""Lines encoded in one call in another thread, so that the event loop gets its turns."""


def negotiated(accept: str) -> tuple[Callable[[Any], bytes], str]:
    """The encoder and the content type for an Accept header."""
    from prometheus_client.exposition import choose_encoder  # late: 100 ms, for hubs that are never scraped

    encoder, content_type = choose_encoder(accept)
    return encoder, content_type


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
