"""What bounds the observed system from outside, and what observing it costs: parts of the model in snapshot.py."""

from msgspec import Struct

from nodetop.model.bounds import Count, Load, Percent, Seconds, Text


class CgroupLimits(Struct, frozen=True, kw_only=True):
    """The control group that the observed system lives in, where something limits it. Each limit is the smallest one on
    the way up to the root; what is used, and throttling, is that of the group which has it. Kernel
    admin-guide/cgroup-v2.rst and cgroup-v1/*.rst, scheduler/sched-bwc.rst."""

    group: Text = ""
    cpu_limit_cores: Load | None = None
    """The smaller of quota / period and the number of CPUs allowed."""
    cpuset_cpus: Count | None = None
    """How many CPUs are allowed, where that is less than all."""
    cpu_used_cores: Load | None = None
    cpu_used_percent: Percent | None = None
    """Of cpu_limit_cores."""
    cpu_throttled_percent: Percent | None = None
    """Share of the quota's periods of the interval in which the group was made to wait."""
    cpu_throttled_seconds_per_second: Load | None = None
    """How long CPUs were kept from the group, all added up, so it may pass 1."""
    memory_limit_bytes: Count | None = None
    memory_high_bytes: Count | None = None
    """From here on the group is slowed down and its memory taken back; nothing is killed."""
    memory_used_bytes: Count | None = None
    """What is charged to the group, without inactive file cache, as `docker stats` counts it."""
    memory_used_percent: Percent | None = None
    """Of the smaller of limit and high."""
    oom_kills: Count | None = None
    pids_limit: Count | None = None
    pids_used: Count | None = None
    """Processes and threads."""


class MonitorCost(Struct, frozen=True, kw_only=True):
    """What the program that took the snapshot costs its host. CPU is of one core over the interval, all threads and the
    kernel's work for it included; sampling is how long the probes took that are read each time, without those that may
    block. clock_gettime(2), proc_pid_statm(5)."""

    cpu_percent: Percent | None = None
    resident_bytes: Count | None = None
    sampling_seconds: Seconds | None = None
