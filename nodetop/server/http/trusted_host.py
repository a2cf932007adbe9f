"""The host names the hub answers to. This stops DNS rebinding: a web page whose host name points to this machine."""

import re
import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from nodetop.base.hub_address import is_loopback
from nodetop.server.base.errors import Refusal

_HOST = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]{2,45})\]|(?P<name>[A-Za-z0-9._-]{1,255}))(?::[0-9]{0,5})?")


@dataclass(frozen=True)
class AllowedHosts:
    """This machine's names and loopback addresses, and the names from the settings."""

    any: bool = False
    """Any name is allowed: over TLS the browser checks the certificate."""
    names: frozenset[str] = frozenset()
    addresses: bool = False
    """Any IP address is allowed, not only loopback addresses."""

    def allows(self, host: str) -> bool:
        if self.any or is_loopback(host) or host in self.names:
            return True
        try:
            ip_address(host)
        except ValueError:
            return False
        return self.addresses


def own_names(further: str | None) -> frozenset[str]:
    """This machine's names, and those from the settings."""
    names = {socket.gethostname(), socket.getfqdn(), *(further or "").split(",")}
    return frozenset(name.strip().lower() for name in names if name.strip())


def host_of(header: bytes) -> str | None:
    """The name or address in a Host header, in lower case; None if it has neither."""
    match = _HOST.fullmatch(header.decode("latin-1"))
    if match is None:
        return None
    return match["ipv6"] or match["name"].lower().removesuffix(".")


class TrustedHostMiddleware:
    """ASGI: refuses requests for another host. Starlette's class replies in plain text and accepts any port."""

    def __init__(self, app: ASGIApp, hosts: AllowedHosts, open_paths: Collection[str]) -> None:
        """`open_paths` are answered for any host."""
        self._app, self._hosts, self._open_paths = app, hosts, open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in self._open_paths:
            host = host_of(next((value for name, value in scope["headers"] if name == b"host"), b""))
            if host is None:
                raise Refusal(400, "bad_host", "The Host header must be a name or an address.", close=True)
            if not self._hosts.allows(host):
                raise Refusal(421, "wrong_host", "The hub does not have this name; see --public-name.", close=True)
        await self._app(scope, receive, send)
