"""What a source offers for single processes where they are this machine's own: details, and acts.

Processes are given as rows of a snapshot: each act compares when the process started, and never meets another one that
has its number by now.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nodetop.model.process_details import ProcessDetails, Scheduling
from nodetop.model.snapshot import ProcessMetrics


@dataclass(frozen=True)
class Outcome:
    """What an act came to for one process: `problem` is why nothing was done, in one plain line; None: it was."""

    row: ProcessMetrics
    problem: str | None = None
    before: int | None = None
    after: int | None = None
    """Nice values, where those were changed."""


class ProcessControl(Protocol):
    """Everything is done in threads of its own; the event loop only waits."""

    refusal: str | None
    """Why it does not act, in one plain line; None: it does."""
    own_pid: int

    @abstractmethod
    async def details(self, pid: int, started_at: float | None) -> ProcessDetails:
        """Raises ProcessGone, OSError."""

    @abstractmethod
    async def scheduling(self, pid: int, started_at: float | None) -> Scheduling:
        """Priority and CPUs alone: quick. Raises ProcessGone, OSError."""

    @abstractmethod
    async def signal(self, rows: Sequence[ProcessMetrics], number: int) -> Sequence[Outcome]:
        """Sends a signal to each, in their order."""

    @abstractmethod
    async def renice(self, rows: Sequence[ProcessMetrics], change: int) -> Sequence[Outcome]:
        """Adds to the nice value of each."""

    @abstractmethod
    async def ionice(self, rows: Sequence[ProcessMetrics], io_class: str, level: int | None) -> Sequence[Outcome]:
        """Sets the I/O class (none, realtime, best-effort, idle) and level (0-7) of each."""

    @abstractmethod
    async def set_affinity(self, rows: Sequence[ProcessMetrics], cpus: frozenset[int]) -> Sequence[Outcome]:
        """Lets each run on these CPUs alone."""
