"""How many bytes of push bodies the hub holds at one time, and which body is dropped if that is too much.

Only bytes that have arrived count, not those that a Content-Length announces. Over the limit, the client that holds the
most bytes loses its largest unfinished body, so that one client cannot cost another client a push.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nodetop.server.base.errors import Refusal


class Body:
    """One push body, sent by `client`."""

    def __init__(self, client: bytes) -> None:
        self.client = client
        self.size = 0
        self.abort: Callable[[], None] | None = None
        """Stops receiving this body; None before receiving starts and after it has ended."""
        self.is_aborted = False


class BodyBudget:
    """For use in one thread."""

    def __init__(self, limit: int) -> None:
        """`limit` is in bytes."""
        self._limit = limit
        self._held = 0
        self._bodies: set[Body] = set()

    @contextmanager
    def body(self, client: bytes) -> Iterator[Body]:
        """A body that counts until the context ends, which is when its samples are on the disk."""
        body = Body(client)
        self._bodies.add(body)
        try:
            yield body
        finally:
            self._release(body)

    def add(self, body: Body, count: int) -> None:
        """Counts bytes that arrived. Raises Refusal (503) if this body has to be dropped."""
        body.size += count
        self._held += count
        while self._held > self._limit:
            largest = self._largest_of_heaviest()
            if largest is None or largest is body or largest.abort is None:
                raise busy()
            self._release(largest)
            largest.is_aborted = True
            largest.abort()

    def _largest_of_heaviest(self) -> Body | None:
        """The largest body still being received from the client that holds the most bytes."""
        held: Counter[bytes] = Counter()
        for body in self._bodies:
            held[body.client] += body.size
        unfinished = [body for body in self._bodies if body.abort is not None]
        return max(unfinished, key=lambda body: (held[body.client], body.size), default=None)

    def _release(self, body: Body) -> None:
        if body in self._bodies:
            self._bodies.remove(body)
            self._held -= body.size


def busy() -> Refusal:
    """The reply to a client whose body was dropped."""
    return Refusal(503, "busy", "The hub is receiving too many pushes.", retry_after=1, close=True)
