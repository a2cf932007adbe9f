"""HTTP/1.1 connections with time limits: for receiving a request, and for a client to read a reply."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from nodetop.server.http.address_limits import ConnectionLimits
from nodetop.server.http.error_replies import COMMON_HEADERS, error_headers
from nodetop.server.http.strict_http import StrictConnection


class LimitedProtocol(H11Protocol):
    """uvicorn's protocol class with limits."""

    conn: StrictConnection

    def __init__(self, *args: object, connection_limits: ConnectionLimits, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.conn = StrictConnection(h11.SERVER, limits.HEADER_BYTES)
        self._connection_limits = connection_limits
        self._request_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._timed_scope: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=limits.WRITE_BUFFER_BYTES)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_request_timer()
        self._cancel_write_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._request_timer is None and (self.cycle is None or self.cycle.response_complete):
            self._await_request()
        super().data_received(data)

    def handle_events(self) -> None:
        super().handle_events()
        if self.scope is not None and self.scope is not self._timed_scope:  # its head is complete
            self._timed_scope = self.scope
            self.scope["abort"] = self.transport.abort  # type: ignore[typeddict-unknown-key]
            self.scope["mark_authenticated"] = self._mark_authenticated  # type: ignore[typeddict-unknown-key]
            self._cancel_request_timer()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._cancel_write_timer()
        self._write_timer = self.loop.call_later(limits.WRITE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._cancel_write_timer()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Called for bytes that are not HTTP, or headers that are too long."""
        if self.conn.our_state not in (
            h11.IDLE,
            h11.SEND_RESPONSE,
        ):  # a reply is in progress: it is too late for an error reply
            self.transport.abort()
            return
        if len(self.conn.trailing_data[0]) >= limits.HEADER_BYTES:
            refusal = Refusal(
                431, "headers_too_large", "The request line and headers may have at most 16 KiB.", close=True
            )
        else:
            refusal = Refusal(400, "not_http", self.conn.reason, close=True)
        body = refusal.body()
        headers = [*error_headers(refusal, body), *COMMON_HEADERS]
        response = h11.Response(status_code=refusal.status, headers=headers)
        for event in (response, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        if self.cycle is not None:  # a request whose body turned out not to be HTTP: it has its reply now
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _await_request(self) -> None:
        self._request_timer = self.loop.call_later(limits.REQUEST_SECONDS, self.transport.abort)

    def _cancel_request_timer(self) -> None:
        if self._request_timer is not None:
            self._request_timer.cancel()
            self._request_timer = None

    def _cancel_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _mark_authenticated(self) -> None:
        if self.client is not None:
            self._connection_limits.mark_authenticated(self.client)
