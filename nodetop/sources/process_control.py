"""What a source offers for processes of this machine: details, and actions on them.

Processes are given as rows of a snapshot. Each action compares the start time, so that it never affects another process
that has been given the same PID.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nodetop.model.process_details import ProcessDetails, Scheduling
from nodetop.model.snapshot import ProcessMetrics


@dataclass(frozen=True)
class Outcome:
    """The result of an action on one process: `problem` is why nothing was done, in one plain line; None: it was
    done."""

    row: ProcessMetrics
    problem: str | None = None
    before: int | None = None
    after: int | None = None
    """Nice values, if they were changed."""


class ProcessControl(Protocol):
    """Everything runs in threads of its own; the event loop only waits."""

    refusal: str | None
    """Why it refuses actions, in one plain line; None: it does not."""
    own_pid: int

    @abstractmethod
    async def details(self, pid: int, started_at: float | None) -> ProcessDetails:
        """Raises ProcessGone, OSError."""

    @abstractmethod
    async def scheduling(self, pid: int, started_at: float | None) -> Scheduling:
        """Only priority and CPUs: quick. Raises ProcessGone, OSError."""

    @abstractmethod
    async def signal(self, rows: Sequence[ProcessMetrics], number: int) -> Sequence[Outcome]:
        """Sends a signal to each, in order."""

    @abstractmethod
    async def renice(self, rows: Sequence[ProcessMetrics], change: int) -> Sequence[Outcome]:
        """Adds to the nice value of each."""

    @abstractmethod
    async def ionice(self, rows: Sequence[ProcessMetrics], io_class: str, level: int | None) -> Sequence[Outcome]:
        """Sets the I/O class (none, realtime, best-effort, idle) and level (0-7) of each."""

    @abstractmethod
    async def set_affinity(self, rows: Sequence[ProcessMetrics], cpus: frozenset[int]) -> Sequence[Outcome]:
        """Allows each to run only on these CPUs."""
