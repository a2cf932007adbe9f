"""The protocol of a probe: it reads the kernel, and derives a part of the snapshot from two readings."""

from abc import abstractmethod
from typing import Any, Protocol

from nodetop.model.bounds import LARGEST_RATE


class Unavailable(Exception):
    """This machine does not have the metric. The message says what is missing. This does not count as a failure."""


class Probe(Protocol):
    """Measures one metric. `read` uses the kernel and may raise OSError or Unavailable; `derive` is pure. The other
    members have defaults that a probe can override."""

    name: str
    """The field of NodeSnapshot that it fills."""

    slow_seconds: float = 0.0
    """0: read for every sample. Else the probe may block, so it is read in a background thread, at most this often."""

    in_first_frame: bool = True
    """False: the first frame of a screen does not show it, and does not wait for it. It must be a slow one."""

    is_compared: bool = False
    """True: its reading is compared with those of other such probes, so these are read last, one after the other."""

    notice: str | None = None
    """Why the last reading is incomplete; None if it is complete."""

    def prepare(self) -> None:
        """What a reading needs and takes long, but is not over the interval: called before it, from which on time is
        counted. Raises what `read` raises, which is called after that as well."""
        return

    def skip_unseen(self) -> None:
        """Leaves out of the next reading what the first frame of a screen does not show, and what is read as well
        later."""
        return

    @abstractmethod
    def read(self) -> Any:
        """The current raw counters and facts, as an immutable reading."""

    @abstractmethod
    def derive(self, previous: Any | None, current: Any, elapsed: float | None) -> Any:
        """Computes the metric. `previous` and `elapsed` (monotonic seconds between the readings) are None for the first
        reading and after a suspend: then every rate is None."""

    def watch(self, pids: frozenset[int]) -> None:
        """Sets which processes are on the screen, so that a probe that skips idle processes reads these every time.
        Can be called from any thread."""
        return

    def watch_groups(self, groups: frozenset[str] | None) -> None:
        """Sets which workloads are on the screen, by group; None: none are. Can be called from any thread."""
        return

    def read_threads(self, wanted: bool) -> bool:
        """Turns rows of threads on or off from the next reading on. Returns False if the probe has none. Can be called
        from any thread."""
        return False

    def started_at(self, pid: int) -> float | None:
        """When the process that has this PID now started (UTC seconds), exactly as in its row; None if unknown. Can be
        called from any thread."""
        return None

    def close(self) -> None:
        """Stops what the probe started. A hanging reading is left alone."""
        return


class NotOnThisSystem(Probe):
    """Stands for a metric that is not available on this operating system."""

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self) -> Any:
        raise Unavailable(f"{self.name} is not available on this system")

    def derive(self, previous: Any | None, current: Any, elapsed: float | None) -> Any:
        return None


def delta_rate(before: int | None, now: int | None, elapsed: float | None) -> float | None:
    """Growth of a counter per second; None without two readings, or if it ran backwards (reset or wrap) or grew faster
    than anything real."""
    if before is None or now is None or elapsed is None or elapsed <= 0 or now < before:
        return None
    rate = (now - before) / elapsed
    return rate if rate <= LARGEST_RATE else None
