"""The observed system's cgroup limits, and nodetop's own cost: parts of the model in snapshot.py."""

from msgspec import Struct

from nodetop.model.bounds import Count, Load, Percent, Seconds, Text


class CgroupLimits(Struct, frozen=True, kw_only=True):
    """The control group of the observed system, if it has limits. Each limit is the smallest one between this group and
    the root. Usage and throttling are those of the group that has this limit. Kernel admin-guide/cgroup-v2.rst and
    cgroup-v1/*.rst, scheduler/sched-bwc.rst."""

    group: Text = ""
    cpu_limit_cores: Load | None = None
    """The smaller of quota / period and the number of CPUs allowed."""
    cpuset_cpus: Count | None = None
    """How many CPUs are allowed, if not all."""
    cpu_used_cores: Load | None = None
    cpu_used_percent: Percent | None = None
    """Of cpu_limit_cores."""
    cpu_throttled_percent: Percent | None = None
    """Share of the interval's quota periods in which the group was throttled."""
    cpu_throttled_seconds_per_second: Load | None = None
    """How long the group's CPUs were throttled, added up, so it may exceed 1."""
    memory_limit_bytes: Count | None = None
    memory_high_bytes: Count | None = None
    """Above this, the kernel slows the group down and reclaims its memory; nothing is killed."""
    memory_used_bytes: Count | None = None
    """Memory charged to the group, without inactive file cache, as in `docker stats`."""
    memory_used_percent: Percent | None = None
    """Of the smaller of limit and high."""
    oom_kills: Count | None = None
    pids_limit: Count | None = None
    pids_used: Count | None = None
    """Processes and threads."""


class MonitorCost(Struct, frozen=True, kw_only=True):
    """The cost of the program that took the snapshot. CPU is in percent of one core over the interval, including all
    threads and the kernel's work for them. Sampling is the time for the probes that are read every time, without those
    that may block. clock_gettime(2), proc_pid_statm(5)."""

    cpu_percent: Percent | None = None
    resident_bytes: Count | None = None
    sampling_seconds: Seconds | None = None
