"""Connections that are bounded: how long a request may take to come, and a reply to be taken."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from nodetop.server.base import limits
from nodetop.server.base.errors import error_body
from nodetop.server.http.address_limits import Bounds


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn has it, within bounds."""

    def __init__(self, *args: object, bounds: Bounds, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._bounds = bounds
        self._request_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._timed_scope: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
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
            self.scope["authenticated"] = self._known  # type: ignore[typeddict-unknown-key]
            self._cancel_request_timer()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._cancel_write_timer()
        self._write_timer = self.loop.call_later(limits.WRITE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._cancel_write_timer()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """For what is no HTTP, or has too long a head."""
        if len(self.conn.trailing_data[0]) >= limits.HEADER_BYTES:
            status, code, text = 431, "headers_too_large", "The head of a request has at most 16 KiB."
        else:
            status, code, text = 400, "not_http", "That is not an HTTP request."
        body = error_body(code, text)
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        for event in (h11.Response(status_code=status, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
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

    def _known(self) -> None:
        if self.client is not None:
            self._bounds.know(self.client)
