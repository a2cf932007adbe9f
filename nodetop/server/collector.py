"""Samples this host for a hub, in its own thread, so that neither the network nor the disk delays sampling."""

import logging
import threading
from collections.abc import Callable

from msgspec.structs import replace

from nodetop.base.clock import Clock, SystemClock
from nodetop.base.grid import next_tick
from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import HostInfo, NodeSnapshot
from nodetop.probes.base.pace import Pace
from nodetop.probes.counters.reader import read_counters
from nodetop.probes.sampler import Sampler
from nodetop.recording.redact import redact_snapshot
from nodetop.server.sample_limits import acceptable
from nodetop.server.top_rows import with_top_rows

logger = logging.getLogger(__name__)

FIRST_GAP_SECONDS = 0.3
_CLOSE_SECONDS = 2.0


class Collector:
    """Passes each sample to `sink` in its own thread, redacted, with the top processes and workloads only, and within
    what a hub accepts."""

    def __init__(
        self,
        sampler: Sampler,
        sink: Callable[[NodeSnapshot], None],
        *,
        interval: float,
        top_processes: int,
        args: str,
        tags: tuple[str, ...] = (),
        raw_counters: bool = False,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        """`raw_counters`: each sample also has the kernel's counters, for a hub that Prometheus scrapes. `pace` is that
        of the sampler."""
        self._sampler, self._sink = sampler, sink
        self._has_counters = raw_counters
        self._interval = interval
        self._top, self._args, self._tags = top_processes, args, tags
        self._clock = clock or SystemClock()
        self._pace = pace or Pace(0)
        self._stop = threading.Event()
        self._with_first = False
        self._thread = threading.Thread(target=self._work, name="nodetop-collector", daemon=True)

    def first(self) -> NodeSnapshot:
        """The first sample with rates; takes FIRST_GAP_SECONDS. Call it before start()."""
        self._sampler.sample()
        self._stop.wait(FIRST_GAP_SECONDS)
        return self.sample()

    def sample(self) -> NodeSnapshot:
        """One sample, ready for the sink."""
        whole = self._sampler.sample()
        self._pace.rest()
        top = with_top_rows(whole, self._top, has_programs=self._args != "none")
        self._pace.rest()
        taken = redact_snapshot(top, self._args)
        self._pace.rest()
        if self._tags:
            taken = replace(taken, host=replace(taken.host or HostInfo(), tags=self._tags))
        if self._has_counters:
            taken = replace(taken, counters=self.counters(taken))
            self._pace.rest()
        ready = acceptable(taken)
        self._pace.rest()
        return ready

    @property
    def node(self) -> str:
        """The name of this host in its samples."""
        return self._sampler.node

    def counters(self, sample: NodeSnapshot) -> RawCounters:
        """The kernel's counters now, with those of the workloads in a sample. Can be called from any thread."""
        return read_counters(self._sampler.files, sample.workloads)

    def start(self, *, with_first: bool = False) -> None:
        """`with_first`: takes the first sample in the thread as well, so that a stop need not wait for it."""
        self._with_first = with_first
        self._thread.start()

    def close(self) -> None:
        """Ends the thread. Safe to call twice, and before start()."""
        self._stop.set()
        self._pace.end()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_SECONDS)
        self._sampler.close()

    def _work(self) -> None:
        if self._with_first:
            self._pass_on(self.first)
        tick = self._clock.monotonic()
        while True:
            tick = next_tick(tick, self._interval, self._clock.monotonic())
            if self._stop.wait(max(tick - self._clock.monotonic(), 0.0)):
                return
            self._pace.begin()
            self._pass_on(self.sample)

    def _pass_on(self, sample: Callable[[], NodeSnapshot]) -> None:
        try:
            self._sink(sample())
        except Exception as error:  # a bug must not end the sampling
            logger.error("sample_failed", {"reason": repr(error)})
