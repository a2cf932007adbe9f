"""What a probe is: it reads the kernel, and derives a part of the snapshot from two readings."""

from abc import abstractmethod
from typing import Any, Protocol

from nodetop.model.bounds import LARGEST_RATE


class Unavailable(Exception):
    """This machine does not have it. Its message says what is missing; that is an answer, not a failure."""


class Probe(Protocol):
    """One metric. `read` touches the kernel and may raise OSError or Unavailable; `derive` is pure. The rest has
    defaults that a probe overrides where it can do more."""

    name: str
    """The field of NodeSnapshot it fills."""

    slow_seconds: float = 0.0
    """0: read at each sample. Else it may block: read in a lane of its own, at most this often."""

    notice: str | None = None
    """Why the last reading is only a part of what there is; None where it is all."""

    @abstractmethod
    def read(self) -> Any:
        """Raw counters and facts of this moment: an immutable reading."""

    @abstractmethod
    def derive(self, previous: Any | None, current: Any, elapsed: float | None) -> Any:
        """The metric. `previous` and `elapsed` (monotonic seconds between the readings) are None for the first one,
        and after a suspend: then every rate is None."""

    def watch(self, pids: frozenset[int]) -> None:
        """Which processes are on the screen: a probe that spares itself reads those each time. From any thread."""
        return

    def read_threads(self, wanted: bool) -> bool:
        """Asks for rows of threads from the next reading on, or for none. False where it has none to give. From any
        thread."""
        return False

    def started_at(self, pid: int) -> float | None:
        """When the process that has this number now started (UTC seconds), exactly as its row says it; None: unknown
        here. From any thread."""
        return None

    def close(self) -> None:
        """Ends what it started. A reading that hangs is left to itself."""
        return


class NotOnThisSystem(Probe):
    """Stands for a metric that nobody can read on this operating system."""

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self) -> Any:
        raise Unavailable(f"{self.name} is not known on this system")

    def derive(self, previous: Any | None, current: Any, elapsed: float | None) -> Any:
        return None


def delta_rate(before: int | None, now: int | None, elapsed: float | None) -> float | None:
    """Growth of a counter per second; None without two readings, or where it ran backwards (reset or wrap), or leapt as
    nothing real does."""
    if before is None or now is None or elapsed is None or elapsed <= 0 or now < before:
        return None
    rate = (now - before) / elapsed
    return rate if rate <= LARGEST_RATE else None
