"""The other side of joining: trades a join code with a hub for a token."""

import asyncio
import secrets
import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx

from nodetop.base.hub_address import HubAddress, check_trust, client_tls, explain_connection, is_untrusted
from nodetop.base.join_code import JoinCode
from nodetop.base.text import clean
from nodetop.base.trust.pins import BadPin, parse_pins
from nodetop.model import wire
from nodetop.model.hub_api import JOIN_PATH, ErrorReply, JoinReply, JoinRequest, valid_name
from nodetop.sources.source import SourceError

ANSWER_SECONDS = 10.0
_REPLY_BYTES = 16 * 1024
_LONGEST_TOKEN = 512


class NotReached(SourceError):
    """The hub did not answer: it may do so later."""


@dataclass(frozen=True)
class Joined:
    """What is to be kept. `pin` is None where the hub has no certificate, or where its CA is given."""

    token: str
    role: str
    name: str
    cluster: str
    pin: str | None


async def trade(
    address: HubAddress, code: JoinCode, request: JoinRequest, ca_file: Path | None = None, pin: str | None = None
) -> Joined:
    """Sends the code's secret, over TLS only to the holder of the key that the code, and `pin` if given, have pinned.
    Raises SourceError, BadAddress."""
    check_trust(address, ca_file, pin)
    if address.secure and not code.pin and ca_file is None:
        raise SourceError(f"this code is from a hub without a certificate; use http://{address.shown}")
    tls = await asyncio.to_thread(client_tls, ca_file, pin, code.pin or None) if address.secure else None
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            status, content = await _post(address, code, request, tls)
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        which = "is not that of the code" if pin is None else "does not match --pin and the code"
        said = explain_connection(error, address).replace("does not match --pin; check the pin", which)
        raise (SourceError if is_untrusted(error) else NotReached)(said) from error
    if status != 200:
        raise (NotReached if status >= 500 or status == 429 else SourceError)(_refusal(address, status, content))
    try:
        reply = wire.decode(content, JoinReply)
        _check(reply)
    except (wire.BadMessage, BadPin):
        raise SourceError(f"{address.shown} does not answer like a nodetop hub") from None
    kept = reply.pin if address.secure and ca_file is None else None
    if kept is not None and not kept.startswith(f"sha256:{code.pin.hex()}"):
        raise SourceError(f"{address.shown} names a key that is not the one of its certificate")
    return Joined(token=reply.token, role=reply.role, name=reply.name, cluster=reply.cluster, pin=kept)


def _check(reply: JoinReply) -> None:
    """Files get these as their names and content. Raises BadMessage, BadPin."""
    token = reply.token
    is_token = 0 < len(token) <= _LONGEST_TOKEN and token.isascii() and token.isprintable() and " " not in token
    if not is_token or not valid_name(reply.cluster.lower()) or reply.role not in ("push", "read"):
        raise wire.BadMessage("not what a hub answers")
    if reply.pin is not None:
        parse_pins(reply.pin)


async def _post(
    address: HubAddress, code: JoinCode, request: JoinRequest, tls: ssl.SSLContext | None
) -> tuple[int, bytes]:
    verify = tls if tls is not None else address.secure
    headers = {
        "Authorization": f"Bearer {code.bearer}",
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
    }
    async with (
        httpx.AsyncClient(verify=verify, timeout=ANSWER_SECONDS, trust_env=False, follow_redirects=False) as http,
        http.stream("POST", address.url + JOIN_PATH, content=wire.encode(request), headers=headers) as response,
    ):
        content = bytearray()
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > _REPLY_BYTES:
                raise SourceError(f"{address.shown} does not answer like a nodetop hub: its reply is too large")
        return response.status_code, bytes(content)


def _refusal(address: HubAddress, status: int, content: bytes) -> str:
    try:
        message = clean(wire.decode(content, ErrorReply).error.message)
    except wire.BadMessage:
        return f"{address.shown} answers {status}, and not like a nodetop hub: check the URL"
    if status == 401:
        doubt = address.path_doubt
        return (
            f"{address.shown} does not know this code: it has expired or was cancelled{doubt}; make another one there"
        )
    return f"{address.shown} answers {status}: {message}"


def new_instance() -> str:
    """An instance id for a reader, which has no installation id."""
    return secrets.token_hex(16)
