"""Whether a URL is that of a store of metrics, or of a nodetop hub."""

import asyncio
import ssl
from collections.abc import Mapping

import httpx
import msgspec

from nodetop.base.hub_address import HubAddress

_SECONDS = 3.0
"""For each of the two answers, from the connection to the last byte."""
_LARGEST = 64 * 1024
_HUB_SAYS = b"ok\n"


async def is_store(address: HubAddress, tls: ssl.SSLContext | None) -> bool:
    """Asks without any credentials. A hub says ok at /healthz, and a store evaluates an expression; whatever does
    neither, or does not answer in time or briefly, is not a store."""
    verify = tls if tls is not None else address.secure
    try:
        async with httpx.AsyncClient(verify=verify, timeout=_SECONDS, trust_env=False) as http:
            if await _answer(http, f"{address.url}/healthz") == _HUB_SAYS:
                return False
            reply = msgspec.json.decode(await _answer(http, f"{address.url}/api/v1/query", query="1"))
            return isinstance(reply, Mapping) and reply.get("status") == "success"
    except (httpx.HTTPError, OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return False


async def _answer(http: httpx.AsyncClient, url: str, **parameters: str) -> bytes:
    """Its beginning, if it has the status 200, else nothing. Raises httpx.HTTPError, OSError."""
    headers = {"Accept-Encoding": "identity"}
    found = b""
    async with asyncio.timeout(_SECONDS), http.stream("GET", url, params=parameters, headers=headers) as reply:
        async for chunk in reply.aiter_raw():
            found += chunk
            if len(found) > _LARGEST:
                break
    return found if reply.status_code == 200 else b""
