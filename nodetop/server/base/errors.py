"""How a request is refused: a status, a code for programs, a sentence for people. Never repeats what was sent."""

from nodetop.model.hub_api import ErrorDetail, ErrorReply
from nodetop.model.wire import encode

NOT_YOUR_NODE = "not_your_node"
"""The code of the error for a push under a name that the token is not for."""
WRONG_ROLE = "wrong_role"
"""The code of the error for a token or join code of another purpose."""

CLUSTER_CONFLICT = "cluster_conflict"
"""That for a push of nodes of a cluster that the hub has itself."""


class Refusal(Exception):
    """Raised anywhere below a route; becomes an error reply."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        retry_after: int | None = None,
        allow: str | None = None,
        close: bool = False,
    ) -> None:
        """`retry_after` is in seconds; `allow` lists the methods of the path. `close` closes the connection, for
        example because the rest of a body will not be read."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.allow = allow
        self.close = close

    def body(self) -> bytes:
        """An ErrorReply as JSON."""
        return encode(ErrorReply(error=ErrorDetail(code=self.code, message=self.message)))

    def headers(self) -> list[tuple[bytes, bytes]]:
        headers = []
        if self.retry_after is not None:
            headers.append((b"retry-after", str(self.retry_after).encode()))
        if self.allow is not None:
            headers.append((b"allow", self.allow.encode()))
        if self.status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        if self.close:
            headers.append((b"connection", b"close"))
        return headers
