"""The query API of Prometheus over HTTP: limited in size and time; every error is one plain line.

VictoriaMetrics, Thanos and Mimir have the same API.
"""

import asyncio
import re
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx
import msgspec
from msgspec import Struct, field

from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.base.hub_address import HubAddress, explain_connection
from nodetop.base.text import clean
from nodetop.sources.source import SourceError

_NEWEST = {"nocache": "1"}
"""Without it, VictoriaMetrics leaves out the samples of the last 30 s. Others ignore it."""
_WARNED_SECONDS = 60.0
"""How long a warning in an answer is shown."""
_NO_TENANT = b"no org id"
"""What Mimir answers to a request without a tenant."""
ANSWER_SECONDS = 30.0
"""Time limit for a complete response."""
LARGEST_ANSWER = 256 * 1024 * 1024
"""The most bytes of one response, uncompressed: some hundred bytes for each of a million values."""
_LONGEST_ERROR = 1024 * 1024
_QUOTED = re.compile(r'"(?:[^"\\]|\\[\s\S])*(?:"|\\?\Z)')
_LONGEST_QUOTED = 60
"""Text in quotes that is longer is left out of a message."""
_MOST_REASON = 150
"""Characters of a reason that are shown from each of its ends."""

Values = tuple[tuple[float, str], ...]


class Series(Struct, frozen=True):
    """A series of an answer: its labels, and its value or values with their times in UTC seconds."""

    metric: dict[str, str]
    value: tuple[float, str] | None = None
    values: Values = ()


class _Data(Struct, frozen=True):
    result: tuple[Series, ...]
    warnings: tuple[str, ...] | None = None
    """Where the documentation of Thanos has them."""


class _Reply(Struct, frozen=True):
    status: str
    data: _Data | None = None
    warnings: tuple[str, ...] | None = None
    is_partial: bool = field(default=False, name="isPartial")
    """VictoriaMetrics as a cluster says so if one of its parts did not answer."""

    @property
    def warning(self) -> str | None:
        """Why the answer may not be whole; None if it is."""
        found = self.warnings or (self.data.warnings if self.data is not None else None)
        if found:
            return f"{clean(found[0])}{f' (and {len(found) - 1} more)' if len(found) > 1 else ''}"
        return "the answer is not complete" if self.is_partial else None


class _Error(Struct, frozen=True):
    error: str = ""


class QueryError(SourceError):
    """The store does not accept this query, while it answers others."""


@dataclass
class Traffic:
    """What was asked so far. Bytes are those on the network."""

    queries: int = 0
    received_bytes: int = 0


def _shortened(error: str) -> str:
    """Without the query, which VictoriaMetrics repeats in its errors; the reason is what they end with."""
    error = _QUOTED.sub(lambda found: found[0] if len(found[0]) <= _LONGEST_QUOTED else '"…"', error)
    return error if len(error) <= 2 * _MOST_REASON else f"{error[:_MOST_REASON]} … {error[-_MOST_REASON:]}"


class PrometheusHttp:
    """Connects to one address only: redirects are not followed, and the environment's proxies not used. `headers` is
    called for each request: credentials, and what names a tenant."""

    def __init__(
        self,
        address: HubAddress,
        *,
        headers: Callable[[], Mapping[str, str]] = dict,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.address = address
        self.traffic = Traffic()
        self._headers = headers
        self._warned: tuple[float, str] | None = None
        self._decoder = msgspec.json.Decoder(_Reply)
        self._http = httpx.AsyncClient(
            verify=tls if tls is not None else address.secure,
            timeout=httpx.Timeout(ANSWER_SECONDS),
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=8),
        )

    @property
    def warning(self) -> str | None:
        """What the store said of its last answers: that a part of the data could not be reached."""
        if self._warned is None or time.monotonic() - self._warned[0] > _WARNED_SECONDS:
            return None
        return f"{self.address.shown} warns: {self._warned[1]}"

    async def instant(self, query: str, at: float | None = None) -> Sequence[Series]:
        """The series of an expression at a time; None: now, by the store's clock. Raises SourceError."""
        parameters = {"query": query, **_NEWEST}
        if at is not None:
            parameters["time"] = f"{at:.3f}"
        return await self._ask("query", parameters)

    async def range(self, query: str, since: float, until: float, step: float) -> Sequence[Series]:
        """The series of an expression from `since` to `until`, both included. Raises SourceError."""
        return await self._ask(
            "query_range",
            {"query": query, "start": f"{since:.3f}", "end": f"{until:.3f}", "step": f"{step:.3f}", **_NEWEST},
        )

    async def _ask(self, kind: str, parameters: Mapping[str, str]) -> Sequence[Series]:
        self.traffic.queries += 1
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", **await in_daemon_thread(self._headers)}
        if self._http.is_closed:
            raise SourceError(f"the connection to {self.address.shown} was closed")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                async with self._http.stream(
                    "POST", f"{self.address.url}/api/v1/{kind}", data=dict(parameters), headers=headers
                ) as response:
                    content = await self._content(response)
        except TimeoutError as error:
            raise SourceError(f"{self.address.shown} did not answer within {ANSWER_SECONDS:.0f} s") from error
        except (httpx.HTTPError, OSError) as error:
            raise SourceError(explain_connection(error, self.address, "Prometheus")) from error
        self._check(response, content, "authorization" in {name.lower() for name in headers})
        return await asyncio.to_thread(self._decoded, content)

    async def _content(self, response: httpx.Response) -> bytes:
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > LARGEST_ANSWER:
                raise SourceError(f"the answer of {self.address.shown} is too large")
        self.traffic.received_bytes += response.num_bytes_downloaded
        return bytes(content)

    def _check(self, response: httpx.Response, content: bytes, has_credentials: bool) -> None:
        """Raises SourceError if this is not an answer to a query."""
        status, store = response.status_code, self.address.shown
        if status == 200:
            return
        if 300 <= status < 400:
            raise SourceError(f"{store} redirects ({status}); use the store's own URL. No credentials were sent there")
        if status == 401 and _NO_TENANT in content[:_LONGEST_ERROR]:
            raise SourceError(f"{store} requires a tenant (401); use --headers 'X-Scope-OrgID: NAME'")
        if status in (401, 403):
            hint = "rejects the credentials" if has_credentials else "requires credentials"
            raise SourceError(f"{store} {hint} ({status}); use --token-file, or --user and --password-file")
        try:
            error = msgspec.json.decode(content[:_LONGEST_ERROR], type=_Error).error
            reason = clean(_shortened(error), 3 * _MOST_REASON)
        except msgspec.MsgspecError:
            reason = ""
        if not reason:
            raise SourceError(f"{store} does not answer like Prometheus: status {status}")
        if status in (400, 422):
            raise QueryError(f"{store} cannot answer a query: {reason}")
        raise SourceError(f"{store} answers {status}: {reason}")

    def _decoded(self, content: bytes) -> Sequence[Series]:
        try:
            reply = self._decoder.decode(content)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            reason = clean(str(error))
            raise SourceError(f"{self.address.shown} does not answer like Prometheus: {reason}") from None
        if reply.status != "success" or reply.data is None:
            raise SourceError(f"{self.address.shown} does not answer like Prometheus: status {clean(reply.status)}")
        if reply.warning is not None:
            self._warned = time.monotonic(), reply.warning
        return reply.data.result

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._http.aclose()
