"""The workloads in a snapshot, which are its control groups by name: a part of the model, see snapshot.py."""

from msgspec import Struct

from nodetop.model.bounds import Count, Load, Name, Percent, Rate, Text


class WorkloadMetrics(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One control group that is a workload, identified by `group`, its path. All numbers include the groups inside it,
    because the kernel counts them so. Kernel admin-guide/cgroup-v2.rst, cgroup-v1/*.rst.

    In JSON, fields that are null are left out, because a machine may have hundreds of rows.

    kind is container, pod, unit, user_unit, session, slice, machine, job or group (one that nothing else is known of).
    """

    group: Text
    kind: Name = "group"
    name: Text = ""
    parent: Text = ""
    """The group of the workload that contains it; empty for an outermost one."""
    is_inner: bool = True
    """False if other workloads are inside it. Only inner ones add up without counting anything twice."""
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
    tasks: Count | None = None
    """Processes and threads."""
    tasks_limit: Count | None = None
    cpu_pressure_percent: Percent | None = None
    """Share of the last ten seconds in which some of its tasks waited for a CPU."""
    memory_pressure_percent: Percent | None = None
    io_pressure_percent: Percent | None = None


class WorkloadSummary(Struct, frozen=True, kw_only=True, eq=False):
    """Counts, and a row for each workload (from a hub: for the top ones)."""

    groups: Count | None = None
    """All control groups."""
    total: Count | None = None
    containers: Count | None = None
    pods: Count | None = None
    units: Count | None = None
    rows: tuple[WorkloadMetrics, ...] = ()
