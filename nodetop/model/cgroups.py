"""Control groups in a snapshot: the limits of the observed system's own group, and workloads, which are groups by name;
systemd units with a problem. A part of the model, see snapshot.py. Lines of the journal about a workload, which are in
no snapshot."""

from typing import Annotated

from msgspec import Meta, Struct

from nodetop.model.bounds import Count, Load, Name, Percent, Rate, Text, Time


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


class WorkloadMetrics(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One control group that is a workload, identified by `group`, its path. All numbers include the groups inside it,
    because the kernel counts them so. Kernel admin-guide/cgroup-v2.rst, cgroup-v1/*.rst.

    In JSON, fields that are null, empty or false are left out, because a machine may have hundreds of rows.

    kind is container, pod, unit, user_unit, session, slice, machine, job or group (one that nothing else is known of).
    """

    group: Text
    kind: Name
    name: Text = ""
    parent: Text = ""
    """The group of the workload that contains it; empty for an outermost one."""
    is_outer: bool = False
    """Whether other workloads are inside it. Only inner ones add up without counting anything twice."""
    runtime: Name | None = None
    """docker, podman, containerd, cri-o, lxc, nspawn, libvirt, proxmox, slurm or systemd."""
    id: Name | None = None
    """The start of a container's id, as in `docker ps`, or of a pod's uid."""
    container: Name | None = None
    """What the processes in it have as `container`."""
    unnamed: Text | None = None
    """Why only the id is known, and what would give the name."""
    cpu_percent: Percent | None = None
    """Of one core."""
    cpu_limit_cores: Load | None = None
    cpu_limit_percent: Percent | None = None
    """CPU use as a share of the limit."""
    cpu_throttled_percent: Percent | None = None
    """Share of the quota's periods in which it was throttled."""
    memory_bytes: Count | None = None
    """Memory charged to it, without inactive file cache (the working set)."""
    memory_limit_bytes: Count | None = None
    memory_high_bytes: Count | None = None
    memory_used_percent: Percent | None = None
    """Of the smaller of limit and high."""
    swap_bytes: Count | None = None
    oom_kills: Count | None = None
    """Since it was created."""
    read_bytes_per_second: Rate | None = None
    write_bytes_per_second: Rate | None = None
    reads_per_second: Rate | None = None
    writes_per_second: Rate | None = None
    receive_bytes_per_second: Rate | None = None
    transmit_bytes_per_second: Rate | None = None
    retransmits_per_second: Rate | None = None
    """TCP segments that were sent again."""
    network: Name | None = None
    """What these rates count: connections (TCP connections that were open at two readings: the least that was moved),
    interfaces (all that passed those of its own network namespace), or both (it contains workloads of either kind)."""
    network_namespace: Count | None = None
    """Workloads with the same number have the same interfaces, so their rates count once in a sum."""
    tasks: Count | None = None
    """Processes and threads."""
    tasks_limit: Count | None = None
    cpu_pressure_percent: Percent | None = None
    """Share of the last ten seconds in which some of its tasks waited for a CPU."""
    memory_pressure_percent: Percent | None = None
    io_pressure_percent: Percent | None = None

    @property
    def is_inner(self) -> bool:
        """Whether no other workload is inside it."""
        return not self.is_outer


class WorkloadSummary(Struct, frozen=True, kw_only=True, eq=False):
    """Counts, and a row for each workload (from a hub: for the top ones)."""

    groups: Count | None = None
    """All control groups."""
    total: Count | None = None
    containers: Count | None = None
    pods: Count | None = None
    units: Count | None = None
    network_problem: Text | None = None
    """Why nothing is known of TCP connections, or not of all."""
    rows: tuple[WorkloadMetrics, ...] = ()


class UnitProblem(Struct, frozen=True, kw_only=True):
    """A systemd unit that has failed, or that systemd is about to start again. systemd.service(5)."""

    unit: Text
    state: Name = "failed"
    """failed or restarting."""
    result: Name | None = None
    """Why it ended: exit-code, signal, oom-kill, timeout, ..."""
    exit_status: Count | None = None
    """Of its main process: the exit code, or the number of the signal."""
    restarts: Count | None = None
    """How often systemd has started it again by itself."""
    since: Time | None = None


class UnitSummary(Struct, frozen=True, kw_only=True):
    """The systemd units with a problem."""

    failed: Count | None = None
    restarting: Count | None = None
    ignored: Count | None = None
    """How many are left out above and below, because the settings say so."""
    problems: Annotated[tuple[UnitProblem, ...], Meta(max_length=64)] = ()


class JournalLine(Struct, frozen=True, kw_only=True):
    """One message, safe to show. `at` is UTC seconds; `priority` 0 (emergency) to 7 (debug); `program` who wrote it."""

    at: float | None
    priority: int | None
    program: str
    text: str


class JournalPart(Struct, frozen=True):
    """The last lines up to a time, oldest first; `why` says why there are none, or that some may be missing."""

    lines: tuple[JournalLine, ...] = ()
    why: str = ""


NO_JOURNAL = JournalPart(why="the journal is on the host itself, and can be read there only")
