"""The processes in a snapshot: a part of the model, see snapshot.py."""

from typing import Annotated

from msgspec import Meta, Struct

from nodetop.model.bounds import Count, Name, Percent, Rate, Seconds, Text, Time


class ProcessMetrics(Struct, frozen=True, kw_only=True, eq=False):
    """One process, identified by (pid, started_at). cpu_percent is of one core. Compared by identity.
    The row of a thread has the pid of its process in thread_of, and no memory or I/O, which belong to the process."""

    pid: Count
    ppid: Count = 0
    name: Name = ""
    command: Text = ""
    user: Name | None = None
    state: Name = "?"
    cpu_percent: Percent | None = None
    memory_percent: Percent | None = None
    resident_bytes: Count | None = None
    virtual_bytes: Count | None = None
    threads: Count | None = None
    nice: Annotated[int, Meta(ge=-1000, le=1000)] | None = None
    priority: Annotated[int, Meta(ge=-10_000, le=10_000)] | None = None
    started_at: Time | None = None
    cpu_seconds: Seconds | None = None
    read_bytes_per_second: Rate | None = None
    write_bytes_per_second: Rate | None = None
    container: Name | None = None
    thread_of: Count | None = None
    shared_bytes: Count | None = None
    """The part of the resident memory that is backed by files or shared."""


class ProcessSummary(Struct, frozen=True, kw_only=True, eq=False):
    """Counts by state, the number of threads, and a row for each process (from a hub: for the top processes). Thread
    rows are separate, and present only on request."""

    total: Count | None = None
    running: Count | None = None
    sleeping: Count | None = None
    stopped: Count | None = None
    zombie: Count | None = None
    threads: Count | None = None
    rows: tuple[ProcessMetrics, ...] = ()
    thread_rows: tuple[ProcessMetrics, ...] = ()
    programs: Annotated[tuple[ProcessMetrics, ...], Meta(max_length=512)] | None = None
    """Instead of processes, from a store of metrics that has none: all processes of a program and user together, as far
    as they are among the top ones. Their pid is 0."""
