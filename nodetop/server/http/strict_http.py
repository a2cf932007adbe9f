"""h11, but strict: refuses anything that two HTTP parsers could read differently."""

from typing import Any

import h11

_HEAD_END = b"\r\n\r\n"
_VERSIONS = (b"1.0", b"1.1")


class StrictConnection(h11.Connection):
    """The server's side of a connection. Also refuses line ends without CR, folded header lines, and other versions of
    HTTP; h11 accepts all three. `reason` says why it refused, as a sentence for users."""

    reason = "This is not an HTTP request."

    def next_event(self) -> Any:
        """Like that of h11. Raises h11.RemoteProtocolError."""
        if self.their_state is not h11.IDLE:
            return super().next_event()
        self._check_head(self.trailing_data[0])
        event = super().next_event()
        if isinstance(event, h11.Request) and event.http_version not in _VERSIONS:
            self._refuse("The hub speaks HTTP/1.1 only.")
        return event

    def _check_head(self, received: bytes) -> None:
        end = received.find(_HEAD_END)
        head = received[: end + 2] if end >= 0 else received
        if head.count(b"\n") != head.count(b"\r\n"):
            self._refuse("Header lines must end with CR and LF.")
        if b"\n " in head or b"\n\t" in head:
            self._refuse("Header lines must not be folded.")

    def _refuse(self, reason: str) -> None:
        self.reason = reason
        raise h11.RemoteProtocolError(reason)
