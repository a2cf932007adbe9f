"""One request of remote write, and its outcome. The only part of it that uses httpx."""

import ssl
import time
from collections.abc import Callable, Mapping, Sequence

import httpx

from nodetop.base.hub_address import HubAddress, explain_connection
from nodetop.base.text import clean
from nodetop.base.version import __version__
from nodetop.server.base.startup import StartError
from nodetop.server.remote_write.messages import V1, V2, Body, body
from nodetop.server.remote_write.record import Record
from nodetop.server.uplink.client import LONGEST_RETRY_AFTER, Outcome

SEND_SECONDS = 10.0
"""Time limit for a whole request."""
_REPLY_BYTES = 4096
_WRITTEN = "X-Prometheus-Remote-Write-Samples-Written"
"""A receiver of version 2 says with it how many samples it took. One of version 1 does not know the header, and may
answer 204 to a request of version 2 without having understood any of it."""
_VERSIONS = {V1: "0.1.0", V2: "2.0.0"}
_TO_MEND = (401, 402, 403, 404, 405, 407)
"""What the samples are not to blame for: credentials, the URL, a proxy. Thanos answers 409 to samples that it has."""


class RemoteWriteClient:
    """Sends to one address only. It follows no redirects and uses no proxy from the environment. It tries version 2
    first, and goes on with version 1 if the receiver does not know it."""

    def __init__(
        self, address: HubAddress, *, headers: Callable[[], Mapping[str, str]], tls: ssl.SSLContext | None
    ) -> None:
        """`headers` is called for each request: credentials, and what names a tenant."""
        self._address, self._headers = address, headers
        self.version = V2
        self._http = httpx.Client(
            verify=tls if tls is not None else address.secure,
            timeout=SEND_SECONDS,
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        self._http.close()

    def send(self, records: Sequence[Record]) -> Outcome:
        """Sends records, oldest first. Raises nothing."""
        try:
            outcome = self._send(body(records, self.version))
            if outcome is None:
                self.version = V1
                outcome = self._send(body(records, V1))
            return outcome or Outcome("again", "no answer", answered=False)
        except StartError as error:
            return Outcome("held", str(error), answered=False)
        except httpx.TimeoutException as error:
            return Outcome(
                "again", explain_connection(error, self._address, "the receiver"), answered=False, too_slow=True
            )
        except (httpx.HTTPError, OSError, ValueError) as error:
            return Outcome("again", explain_connection(error, self._address, "the receiver"), answered=False)

    def _send(self, content: Body) -> Outcome | None:
        """None if the receiver does not know this version."""
        headers = {
            **self._headers(),
            "Content-Type": content.content_type,
            "Content-Encoding": "snappy",
            "X-Prometheus-Remote-Write-Version": _VERSIONS[content.version],
            "User-Agent": f"nodetop/{__version__}",
        }
        until = time.monotonic() + SEND_SECONDS
        with self._http.stream("POST", self._address.url, content=content.content, headers=headers) as response:
            reply = bytearray()
            for chunk in response.iter_raw():
                reply += chunk
                if len(reply) > _REPLY_BYTES:
                    break
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the reply does not end")
            return self._judged(response, bytes(reply[:_REPLY_BYTES]), content.version)

    def _judged(self, response: httpx.Response, reply: bytes, version: str) -> Outcome | None:
        status = response.status_code
        if version == V2 and (status == 415 or (status < 300 and _WRITTEN not in response.headers)):
            return None
        if version == V2 and status == 400 and _WRITTEN not in response.headers:
            return None  # a receiver of version 1 that fails to decode it
        if status < 300:
            return Outcome("taken")
        message = f"{self._address.shown} answers {status}: {clean(reply.strip(), 200) or 'without a reason'}"
        if status in (408, 429) or status >= 500:
            return Outcome("again", message, retry_after=_retry_after(response))
        return Outcome("held" if status < 400 or status in _TO_MEND else "refused", message)


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return min(float(value), LONGEST_RETRY_AFTER) if value.isdecimal() and value.isascii() else None
