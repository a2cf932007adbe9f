"""A probe of a counter that a test sets, and a wait for what another thread does."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nodetop.probes.base.probe import Probe, delta_rate


@dataclass
class Counter(Probe):
    """A probe of a counter that a test sets: its rate. Raises what it is told to."""

    name: str = "counter"
    slow_seconds: float = 0.0
    value: int = 0
    trouble: Exception | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    reads: int = 0
    derived: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    def read(self) -> int:
        self.reads += 1
        self.gate.wait(30)
        if self.trouble:
            raise self.trouble
        return self.value

    def derive(self, previous: int | None, current: int, elapsed: float | None) -> float | None:
        self.derived.append((previous, current, elapsed))
        return delta_rate(previous, current, elapsed)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)
