"""What the TCP connections of each control group moved between two readings. No permission is needed.

A connection belongs to the group that opened it. One that is new since the last reading counts whole; one that was
opened and closed in between is not seen, nor is what moved after the last reading before it closed.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from nodetop.model.bounds import LARGEST_RATE
from nodetop.probes.workloads.connection import Connections, SocketsError

_MOST_SHARE = 0.05
"""Of a CPU, for listing connections: the more there are, the less often."""
TOO_OLD = "network: Linux before 5.8 does not say which control group a connection belongs to"
NO_IDS = "network: control groups of version 1 do not say whose a connection is"


class Rates(NamedTuple):
    """Bytes, and segments sent again, per second; None without two readings."""

    received: float | None = None
    sent: float | None = None
    retransmits: float | None = None


NOTHING = Rates(0.0, 0.0, 0.0)


class ConnectionRates:
    """Rates by the path of a group. For one thread."""

    def __init__(
        self, *, monotonic: Callable[[], float] = time.monotonic,
        list_connections: Callable[[], Connections] | None = None,
    ) -> None:  # fmt: skip
        self._monotonic = monotonic
        self._list = list_connections
        self._before: Connections | None = None
        self._before_at = 0.0
        self._not_before = float("-inf")
        self._moved: Mapping[str, Rates] | None = None
        self._ids: Mapping[str, int] = {}
        self.problem: str | None = None
        """Why nothing is known, or not all."""

    def read(self, ids: Mapping[str, int]) -> None:
        """Lists the connections, if enough time has passed. `ids` are those of all groups, by path."""
        began = self._monotonic()
        if began < self._not_before:
            return
        self._ids = ids
        now, self.problem = self._listed() if ids else (None, NO_IDS)
        self._not_before = began + (self._monotonic() - began) / _MOST_SHARE
        before, seconds = self._before, began - self._before_at
        self._before, self._before_at = now, began
        self._moved = None if now is None or before is None or seconds <= 0 else self._rates(before, now, seconds)

    def _listed(self) -> tuple[Connections | None, str | None]:
        try:
            now = (self._list or _of_kernel)()
        except SocketsError as error:
            return None, f"network: {error}"
        if any(each.group is None for each in now.by_cookie.values()):
            return None, TOO_OLD
        return now, f"network: only the first {len(now.by_cookie):,} TCP connections" if now.is_cut else None

    @property
    def is_cut(self) -> bool:
        """Whether there are more connections than were listed."""
        return self._before is not None and self._before.is_cut

    def of(self, path: str) -> Rates | None:
        """The rates of a group, with those inside it; None if the kernel does not count any for this group."""
        if self._before is None or path not in self._ids:
            return None
        return Rates() if self._moved is None else self._moved.get(path, NOTHING)

    def _rates(self, before: Connections, now: Connections, seconds: float) -> dict[str, Rates]:
        paths = {identity: path for path, identity in self._ids.items()}
        moved: dict[str, list[int]] = {}
        for group, *counts in grown(before, now):
            path = paths.get(group, "")
            while path:
                sums = moved.setdefault(path, [0, 0, 0])
                for place, count in enumerate(counts):
                    sums[place] += count
                path = path.rpartition("/")[0]
        return {path: Rates(*(min(count / seconds, LARGEST_RATE) for count in sums)) for path, sums in moved.items()}


def _of_kernel() -> Connections:
    from nodetop.probes.workloads.sockets import read_connections  # late: sockets are not needed for the first frame

    return read_connections()


def grown(before: Connections, now: Connections) -> Iterator[tuple[int, int, int, int]]:
    """Group, bytes received and sent, segments sent again, of each connection that moved any. If not all connections
    were listed before, one that was not among them may be old and is left out."""
    for cookie, each in now.by_cookie.items():
        old = before.by_cookie.get(cookie)
        if each.group is None or each is old or (old is None and before.is_cut):
            continue
        received, sent, again = (old.received, old.sent, old.retransmits) if old is not None else (0, 0, 0)
        counts = (
            max(each.received - received, 0),
            max(each.sent - sent, 0),
            max(each.retransmits - again, 0),
        )
        if any(counts):
            yield (each.group, *counts)
