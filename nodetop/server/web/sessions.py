"""Who has logged in with a read token in a browser. In memory only: after a restart of the hub people log in again."""

import hashlib
import secrets
from collections import OrderedDict

from nodetop.base.clock import Clock
from nodetop.server.base.tokens import Token

LIFETIME_SECONDS = 12 * 3600.0
MOST = 256


class Sessions:
    """Sessions by the digest of their cookie."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sessions: OrderedDict[bytes, tuple[float, Token]] = OrderedDict()

    def open(self, token: Token) -> str:
        """A new session. Returns its cookie. The oldest one ends if there are too many."""
        cookie = secrets.token_urlsafe(32)
        self._sessions[_digest(cookie)] = self._clock.monotonic() + LIFETIME_SECONDS, token
        if len(self._sessions) > MOST:
            self._sessions.popitem(last=False)
        return cookie

    def token(self, cookie: str) -> Token | None:
        """The read token of a session; None if there is no such session, or if it has ended."""
        ends, token = self._sessions.get(_digest(cookie), (0.0, None))
        return token if self._clock.monotonic() < ends else None

    def close(self, cookie: str) -> None:
        self._sessions.pop(_digest(cookie), None)


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
