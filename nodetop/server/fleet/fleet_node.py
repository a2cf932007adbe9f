"""The current state of one node of a hub: its latest sample, its row, its recent samples."""

import zlib
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.model import wire
from nodetop.model.node_status import state_of, status
from nodetop.model.snapshot import NodeSnapshot, NodeStatus
from nodetop.server.base import limits
from nodetop.server.fleet.runs import Runs

Key = tuple[str, str]
"""Cluster and node."""
RECENT_SECONDS = 900.0
PROBLEM_SECONDS = 900.0
_FASTEST = 1
_AHEAD_SECONDS = 60.0


class _RecentSample(NamedTuple):
    taken_at: float
    packed: bytes
    json_bytes: int
    """Its uncompressed size."""


class FleetNode:
    """One node. `seen_at` is by the monotonic clock."""

    def __init__(self, envelope: SampleEnvelope, seen_at: float) -> None:
        self.key: Key = envelope.key
        self.owner = envelope.instance
        self.runs = Runs(envelope.sample.boot_id, envelope.sample.taken_at)
        self.state = "up"
        self.version = 0
        self.problem: str | None = None
        self.dropped = 0
        self._problem_until = 0.0
        self._recent: deque[_RecentSample] = deque()
        self.recent_bytes = self._recent_json_bytes = 0
        self.latest_bytes = 0
        """The size of its latest sample as JSON; in memory it takes up to twice as much."""
        self.is_short = False
        self.take(envelope, seen_at)

    def take(self, envelope: SampleEnvelope, seen_at: float) -> None:
        """Replaces the latest sample by a newer one."""
        self.envelope, self.seen_at = envelope, seen_at
        self.is_short = False
        sample = envelope.sample
        self._row = replace(
            status(sample, sample.taken_at), cluster=self.key[0], clock_skew_seconds=envelope.clock_skew_seconds
        )

    def age(self, now: float) -> float:
        return max(now - self.seen_at, 0.0)

    def state_at(self, now: float) -> str:
        return state_of(self.age(now), self.envelope.sample.interval)

    def row(self, now: float) -> NodeStatus:
        problem = self.problem if now < self._problem_until else None
        return replace(self._row, state=self.state_at(now), age_seconds=self.age(now), problem=problem)

    def report_problem(self, problem: str, now: float) -> None:
        """Shows a problem in the node's row for PROBLEM_SECONDS."""
        self.problem, self._problem_until = problem, now + PROBLEM_SECONDS

    def remember(self, json: bytes, max_bytes: int) -> None:
        """Adds the latest sample to the recent ones. Drops samples that are too old, that do not fit, or that were
        taken while the clock was ahead."""
        taken_at = self.envelope.sample.taken_at
        while self._recent and self._recent[-1].taken_at > taken_at + _AHEAD_SECONDS:
            self._drop(self._recent.pop())
        added = _RecentSample(taken_at, zlib.compress(json, _FASTEST), len(json))
        self._recent.append(added)
        self.latest_bytes = len(json)
        self.recent_bytes += len(added.packed)
        self._recent_json_bytes += added.json_bytes
        while len(self._recent) > 1 and (
            self.recent_bytes > max_bytes
            or self._recent_json_bytes > limits.RECENT_JSON_BYTES
            or self._recent[0].taken_at < taken_at - RECENT_SECONDS
        ):
            self._drop(self._recent.popleft())

    def _drop(self, dropped: _RecentSample) -> None:
        self.recent_bytes -= len(dropped.packed)
        self._recent_json_bytes -= dropped.json_bytes

    def forget_recent(self, count: int) -> int:
        """Drops recent samples, oldest first, until `count` bytes are free or none is left. Returns the bytes freed."""
        before = self.recent_bytes
        while self._recent and before - self.recent_bytes < count:
            self._drop(self._recent.popleft())
        return before - self.recent_bytes

    def shorten(self) -> int:
        """Drops the lists from its latest sample. Returns the bytes of JSON saved. Its row does not change."""
        before = self.latest_bytes
        self.envelope = replace(self.envelope, sample=_without_lists(self.envelope.sample))
        self.latest_bytes = len(wire.encode(self.envelope.sample))
        self.is_short = True
        return before - self.latest_bytes

    def recent(self, since: float) -> Iterator[bytes]:
        """The full samples taken since a time, oldest first, as JSON."""
        return (zlib.decompress(each.packed) for each in list(self._recent) if each.taken_at >= since)


def _without_lists(sample: NodeSnapshot) -> NodeSnapshot:
    """The sample with its totals only. A dropped list is None or empty, as if it were not available."""
    cpu, processes, workloads = sample.cpu, sample.processes, sample.workloads
    return replace(
        sample,
        cpu=cpu and replace(cpu, cores=()),
        filesystems=None,
        disks=None,
        networks=None,
        temperature=None,
        processes=processes and replace(processes, rows=(), thread_rows=()),
        workloads=workloads and replace(workloads, rows=()),
        probes=(),
        counters=None,
    )
