"""The processes in a snapshot, and the balance: how much of the CPUs and the memory they and others used. A part of the
model, see snapshot.py."""

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
    io_wait_percent: Percent | None = None
    """Share of the time that its first thread (of a thread: it) waited for block devices. None if the kernel does not
    count that."""


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
    counts: dict[Name, Count] | None = None
    """Where not all rows are sent: how many processes have each name, zombies left out. A name is that of the process,
    or of its program's file; those of kernel threads with a slash are left out. None: there are too many names."""
    programs: Annotated[tuple[ProcessMetrics, ...], Meta(max_length=512)] | None = None
    """Instead of processes, from a store of metrics that has none: all processes of a program and user together, as far
    as they are among the top ones. Their pid is 0."""


class Balance(Struct, frozen=True, kw_only=True):
    """Parts that add up. Those of the CPU are percent of all CPUs' time in the interval, and their sum is
    CpuMetrics.busy_percent. Those of memory are bytes now, and their sum is MemoryMetrics.total_bytes. What cannot be
    assigned is `other`. proc_pid_stat(5), proc_stat(5), proc_meminfo(5)."""

    cpu_listed_percent: Percent | None = None
    """Used by the processes in the list, with the kernel's work for them."""
    cpu_ended_percent: Percent | None = None
    """Used by processes that ended in the interval, so most of them were never in a list."""
    cpu_kernel_percent: Percent | None = None
    """Kernel threads, and interrupts."""
    cpu_steal_percent: Percent | None = None
    cpu_other_percent: Percent | None = None
    ended_parent: Name | None = None
    """The name of the process whose ended children used most of cpu_ended_percent."""
    ended_parent_pid: Count | None = None
    memory_processes_bytes: Count | None = None
    """Memory of the listed processes without files and shared memory. Estimated: what processes share after a fork is
    counted for each, but never more than the kernel's own sum for all processes."""
    memory_cache_bytes: Count | None = None
    """Page cache with shared memory and tmpfs, buffers, reclaimable slab."""
    memory_kernel_bytes: Count | None = None
    """Slab that cannot be reclaimed, page tables, stacks of the kernel, per-CPU memory."""
    memory_huge_pages_bytes: Count | None = None
    """Reserved for huge pages, used or not."""
    memory_free_bytes: Count | None = None
    memory_other_bytes: Count | None = None
