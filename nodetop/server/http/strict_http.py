"""h11, but strict: what two HTTP parsers could read in two ways is refused."""

import re
from typing import Any

import h11

_AMBIGUOUS = re.compile(rb"(?<!\r)(?P<bare>\n)|\n[ \t]")
_HEAD_END = b"\r\n\r\n"
_VERSIONS = (b"1.0", b"1.1")


class StrictConnection(h11.Connection):
    """The server's side of a connection. Also refuses line ends without CR, folded header lines, and other versions of
    HTTP; h11 takes all three. `reason` is why it refused, a sentence for people."""

    reason = "This is not an HTTP request."

    def next_event(self) -> Any:
        """As h11's. Raises h11.RemoteProtocolError."""
        if self.their_state is h11.IDLE:
            self._check_head(self.trailing_data[0])
        event = super().next_event()
        if isinstance(event, h11.Request) and event.http_version not in _VERSIONS:
            self._refuse("The hub speaks HTTP/1.1 only.")
        return event

    def _check_head(self, received: bytes) -> None:
        end = received.find(_HEAD_END)
        found = _AMBIGUOUS.search(received, 0, end + 2 if end >= 0 else len(received))
        if found is not None:
            wrong = "end in CR and LF" if found["bare"] else "not be folded"
            self._refuse(f"The lines of a request's head must {wrong}.")

    def _refuse(self, reason: str) -> None:
        self.reason = reason
        raise h11.RemoteProtocolError(reason)
