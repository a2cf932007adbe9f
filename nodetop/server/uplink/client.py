"""One push over HTTP and its outcome. The only part of the uplink that uses httpx."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

import httpx
import msgspec

from nodetop.base.hub_address import HubAddress, explain_connection
from nodetop.base.text import clean
from nodetop.base.trust import local_peer
from nodetop.base.trust.der import ends_at
from nodetop.model import wire
from nodetop.model.hub_api import INSTANCE_HEADER, PUSH_PATH, ErrorReply, PushReply
from nodetop.server.base.errors import WRONG_ROLE
from nodetop.server.base.startup import StartError

PUSH_SECONDS = 5.0
"""Time limit for a whole push, from the connection to the last byte of the reply."""
LONGEST_RETRY_AFTER = 300.0
_REPLY_BYTES = 256 * 1024
_IDLE_SECONDS = 25.0

Kind = Literal["taken", "again", "held", "refused"]


@dataclass(frozen=True)
class Outcome:
    """taken: the hub has the samples. again: try again later. held: a user has to fix something first (a token, a
    certificate, a name); the samples are kept until then. refused: the hub will never accept these samples."""

    kind: Kind
    message: str = ""
    """One line for users, if the push was not taken."""
    code: str = ""
    """Of the hub's error, if it answered with one."""
    answered: bool = True
    """False if there was no HTTP reply."""
    too_slow: bool = False
    retry_after: float | None = None
    reply: PushReply | None = None
    certificate_ends_at: float | None = None
    """Of the certificate that the hub showed; None if there was none."""


class _Batch(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A PushBatch whose samples are already JSON."""

    sent_at: float
    cluster_id: str | None = None
    samples: list[msgspec.Raw]
    dropped_samples: int = 0


class PushClient:
    """Sends to one address only. It follows no redirects and uses no proxy from the environment. Of the headers of a
    reply, only Retry-After has an effect."""

    def __init__(
        self,
        address: HubAddress,
        *,
        token: Callable[[], str],
        instance_id: str,
        tls: ssl.SSLContext | None = None,
        needs_own_peer: bool = False,
    ) -> None:
        """With `needs_own_peer`, nothing is sent to a program of another user on this machine."""
        self._address = address
        self._token = token
        """Called before each push, so that a new token is used without a restart."""
        self._instance_id = instance_id
        self._extensions = {"trace": local_peer.check_new_connections()} if needs_own_peer else {}
        self._http = httpx.AsyncClient(
            verify=tls if tls is not None else address.secure,
            timeout=PUSH_SECONDS,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=2, keepalive_expiry=_IDLE_SECONDS),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def push(self, samples: Sequence[bytes], *, cluster: str, sent_at: float, dropped: int) -> Outcome:
        """Sends a batch of samples (JSON). Raises only CancelledError."""
        batch = _Batch(
            sent_at=sent_at,
            cluster_id=cluster or None,
            samples=[msgspec.Raw(sample) for sample in samples],
            dropped_samples=dropped,
        )
        try:
            async with asyncio.timeout(PUSH_SECONDS):
                return await self._post(wire.encode(batch))
        except StartError as error:
            return Outcome("held", str(error), answered=False)
        except (TimeoutError, httpx.TimeoutException) as error:
            return Outcome("again", explain_connection(error, self._address), answered=False, too_slow=True)
        except (httpx.HTTPError, OSError, ValueError) as error:
            return Outcome("again", explain_connection(error, self._address), answered=False)

    async def _post(self, body: bytes) -> Outcome:
        headers = {
            "Authorization": f"Bearer {self._token()}",
            "Content-Type": "application/json",
            INSTANCE_HEADER: self._instance_id,
        }
        async with self._http.stream(
            "POST", self._address.url + PUSH_PATH, content=body, headers=headers, extensions=self._extensions
        ) as response:
            content = bytearray()
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > _REPLY_BYTES:
                    return Outcome("held", f"{self._address.shown} is not a nodetop hub: its reply is too large")
            outcome = self._judge(response.status_code, response.headers, bytes(content))
            return replace(outcome, certificate_ends_at=_certificate_end(response))

    def _judge(self, status: int, headers: httpx.Headers, content: bytes) -> Outcome:
        if 200 <= status < 300:
            try:
                return Outcome("taken", reply=wire.decode(content, PushReply))
            except wire.BadMessage:
                return Outcome("held", f"{self._address.shown} is not a nodetop hub: its reply is not valid")
        code, said = _error(content)
        message = f"{self._address.shown} answers {status}: {said}"
        if (status == 401 and code) or code == WRONG_ROLE:
            # The hub's own words are for programs: they name a header, not what an operator does.
            what = "this as a push token" if code == WRONG_ROLE else "the push token"
            message = (
                f"{self._address.shown} does not accept {what}{self._address.path_doubt}; run nodetop-server "
                "invite there and the command that it prints here, or give that hub's push.token with --token-file"
            )
        if status in (408, 429) or status >= 500:
            return Outcome("again", message, retry_after=_retry_after(headers))
        if status in (400, 413, 415, 422):
            return Outcome("refused", message)
        if 300 <= status < 400:
            message = f"{self._address.shown} redirects ({status}), which is not followed; give the hub's own URL"
        return Outcome("held", message, code=code)


def _certificate_end(response: httpx.Response) -> float | None:
    stream = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream is not None else None
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    try:
        return ends_at(certificate) if certificate else None
    except ValueError:
        return None


def _error(content: bytes) -> tuple[str, str]:
    """The code and the message of a refusal."""
    try:
        error = wire.decode(content, ErrorReply).error
    except wire.BadMessage:
        return "", "the reply is not one of a nodetop hub"
    return error.code, clean(error.message)


def _retry_after(headers: httpx.Headers) -> float | None:
    value = headers.get("retry-after", "")
    return min(float(value), LONGEST_RETRY_AFTER) if value.isdecimal() and value.isascii() else None
