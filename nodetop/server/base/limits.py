"""Every limit of the hub: for a request, a client, a node, and all together. docs/server.md lists them for users."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from nodetop.base.clock import Clock
from nodetop.model.hub_api import REPLY_LIMIT

HEADER_BYTES = 16 * 1024
HEADER_LINES = 64
URL_BYTES = 2 * 1024
REQUEST_SECONDS = 10.0
"""From the first byte (or the connection) to the last byte of a request, however slowly the bytes come."""
IDLE_SECONDS = 30
WRITE_SECONDS = 30.0
UNAUTHENTICATED_CONNECTIONS = 64
"""For each address: connections on which no request has had a valid token yet."""
ACCEPTS_PER_TURN = 8
"""Connections accepted before the event loop runs its other tasks."""
CLOSED_PER_TURN = 128
"""Connections closed as soon as they are accepted, before the event loop runs its other tasks: about 2 ms."""
BODIES_IN_FLIGHT = 16 * 1024 * 1024
"""Bytes of push bodies that have arrived, but whose samples are not yet on the disk."""
TLS_BUFFER_BYTES = 32 * 1024
"""For what is read of each TLS connection: two records. asyncio takes 256 KiB, for one that sends nothing, too."""
WRITE_BUFFER_BYTES = 32 * 1024
"""Buffered bytes of a reply, for each connection, in addition to the kernel's buffers."""
LARGE_REPLY_SECONDS = 60.0
"""How long a client may take to read a large reply."""
RECENT_BYTES = 48 * 1024 * 1024
"""Recent full samples of all nodes together, compressed."""
LATEST_JSON_BYTES = 48 * 1024 * 1024
"""Latest samples of all nodes together, as JSON; in memory they take up to twice as much."""
RECENT_JSON_BYTES = REPLY_LIMIT - 64 * 1024
"""Recent full samples of one node, as JSON: one reply has them all."""
JSON_DEPTH = 16
JSON_CONTAINERS = 50_000
"""Objects and lists in a body. A body of real samples has fewer than half of that; each costs a microsecond."""
STRING_LENGTH = 4096
NUMBER = 2.0**63
"""The largest magnitude of a number in a push: no rate or size is near it, and sums over all nodes stay finite."""
LISTS = {
    "processes.rows": 512,
    "processes.thread_rows": 512,
    "workloads.rows": 512,
    "cpu.cores": 1024,
    "disks": 128,
    "networks": 128,
    "networks.addresses": 64,
    "filesystems": 512,
    "temperature.sensors": 512,
    "probes": 64,
}
"""The most items of each list in a sample, by the names of its fields. The model itself limits the others."""
HISTORY_POINTS = 8640
RETENTION_DAYS = 3650
FREE_BYTES = 256 * 1024 * 1024
STORE_BYTES = 2 * 1024 * 1024 * 1024
JOURNAL_BYTES = 256 * 1024 * 1024
AHEAD_SECONDS = 600.0
BEHIND_SECONDS = 72 * 3600.0
SKEW_KEPT_SECONDS = 5.0


def latest_bytes(max_nodes: int) -> int:
    """LATEST_JSON_BYTES, or 32 KiB for each node if that is more."""
    return max(LATEST_JSON_BYTES, max_nodes * 32 * 1024)


def connections(max_nodes: int) -> int:
    """Open connections. One address may have at most half of them."""
    return 2 * max_nodes + 64


@dataclass(frozen=True)
class Rate:
    """Average events per second, and the size of a burst."""

    per_second: float
    burst: float


@dataclass(frozen=True)
class Concurrency:
    """Concurrent requests: of one client (a token at an address), and of all clients."""

    of_client: int
    of_all: int


HISTORY_READS = Concurrency(4, 16)
READS = Concurrency(32, 64)
STREAMS = Concurrency(16, 64)
PUSHES = Rate(5, 60)
REFUSED_BYTES = Rate(2**19, 4 * 2**20)
"""Bytes of one client's pushes that are no valid samples. To find that out takes up to a tenth of a second for each
MiB. After that, bodies above SMALL_BODY are refused unread."""
SMALL_BODY = 64 * 1024
"""A body of one ordinary sample. Nodes that share the token and address of a broken one still push these."""
FAILED_AUTHENTICATIONS = Rate(10 / 60, 10)


def new_nodes(max_nodes: int) -> Rate:
    """New nodes: 60 a minute, and proportionally more if max_nodes is above 256."""
    per_minute = 60 * max(max_nodes / 256, 1.0)
    return Rate(per_minute / 60, per_minute)


class RateLimiter:
    """A token bucket for each key. Remembers the `remembered` most recently used keys."""

    def __init__(self, rate: Rate, clock: Clock, remembered: int = 4096) -> None:
        self._rate = rate
        self._clock = clock
        self._remembered = remembered
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def is_used_up(self, key: Hashable) -> bool:
        """Whether more events of this key have happened than the rate allows."""
        return self._left(key, self._clock.monotonic()) < 0

    def spend(self, key: Hashable, count: int) -> None:
        """Counts events that have happened, also those over the rate."""
        now = self._clock.monotonic()
        self._keep(key, self._left(key, now) - count, now)

    def _left(self, key: Hashable, now: float) -> float:
        left, since = self._buckets.get(key, (self._rate.burst, now))
        return min(self._rate.burst, left + (now - since) * self._rate.per_second)

    def allow(self, key: Hashable) -> bool:
        """Whether one more event of this key is within the rate. If so, counts it."""
        now = self._clock.monotonic()
        left = self._left(key, now)
        allowed = left >= 1
        self._keep(key, left - 1 if allowed else left, now)
        return allowed

    def _keep(self, key: Hashable, left: float, now: float) -> None:
        self._buckets[key] = (left, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
