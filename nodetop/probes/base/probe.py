"""What a probe is: it reads the kernel, and derives a part of the snapshot from two readings."""

from typing import Any, Protocol


class Unavailable(Exception):
    """This machine does not have it. Its message says what is missing; that is an answer, not a failure."""


class Probe(Protocol):
    """One metric. `read` touches the kernel and may raise OSError or Unavailable; `derive` is pure. It may have a
    `notice`: why the last reading is only a part of what there is, or None."""

    name: str
    """The field of NodeSnapshot it fills."""

    slow_seconds: float
    """0: read at each sample. Else it may block: read in a lane of its own, at most this often."""

    def read(self) -> Any:
        """Raw counters and facts of this moment: an immutable reading."""

    def derive(self, previous: Any | None, current: Any, elapsed: float | None) -> Any:
        """The metric. `previous` and `elapsed` (monotonic seconds between the readings) are None for the first one,
        and after a suspend: then every rate is None."""


def delta_rate(before: int | None, now: int | None, elapsed: float | None) -> float | None:
    """Growth of a counter per second; None without two readings, or where it ran backwards (reset or wrap)."""
    if before is None or now is None or elapsed is None or elapsed <= 0 or now < before:
        return None
    return (now - before) / elapsed
