"""Whether a URL is that of a store of metrics, or of a nodetop hub."""

import ssl

import httpx

from nodetop.base.hub_address import HubAddress

_SECONDS = 3.0
_HUB_SAYS = b"ok\n"


async def is_store(address: HubAddress, tls: ssl.SSLContext | None) -> bool:
    """Asks without any credentials. A hub says ok at /healthz, and a store evaluates an expression; whatever does
    neither, or does not answer, is not a store."""
    verify = tls if tls is not None else address.secure
    try:
        async with httpx.AsyncClient(verify=verify, timeout=_SECONDS, trust_env=False) as http:
            health = await http.get(f"{address.url}/healthz")
            if health.status_code == 200 and health.content == _HUB_SAYS:
                return False
            reply = await http.get(f"{address.url}/api/v1/query", params={"query": "1"})
            return reply.status_code == 200 and reply.json().get("status") == "success"
    except (httpx.HTTPError, OSError, ValueError, AttributeError):
        return False
