"""The kernel's running counters of a node, as they are, for Prometheus: it computes its own rates from them.

Names and columns are those of the kernel's files, numbers are theirs too, so that nothing is lost on the way.
"""

from typing import Annotated

from msgspec import Meta, Struct

from nodetop.model.bounds import Count, Load, Name, Text

_Named = Annotated[dict[Name, Count], Meta(max_length=512)]
_Columns = Annotated[dict[Name, Annotated[tuple[Count, ...], Meta(max_length=32)]], Meta(max_length=1024)]


class WorkloadCounters(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The counters of one control group since it was created. Kernel admin-guide/cgroup-v2.rst, cgroup-v1/*.rst."""

    cpu_microseconds: Count | None = None
    cpu_periods: Count | None = None
    """Periods of its CPU quota in which it ran."""
    cpu_throttled_periods: Count | None = None
    read_bytes: Count | None = None
    written_bytes: Count | None = None
    reads: Count | None = None
    writes: Count | None = None


class RawCounters(Struct, frozen=True, kw_only=True):
    """Counters since boot, and the values read together with them. Empty: not available on this machine."""

    ticks_per_second: Annotated[int, Meta(ge=1, le=1_000_000)] = 100
    cpus: _Columns = {}
    """Ticks by CPU number, in the columns of /proc/stat: user nice system idle iowait irq softirq steal guest
    guest_nice."""
    stat: _Named = {}
    """ctxt, intr, processes, procs_running and procs_blocked of /proc/stat."""
    memory: _Named = {}
    """/proc/meminfo: bytes under names with the ending _bytes (MemTotal_bytes), and numbers of pages without it."""
    vmstat: _Named = {}
    """/proc/vmstat: paging, swapping, faults, OOM kills."""
    netstat: _Named = {}
    """/proc/net/snmp, snmp6 and netstat, as Tcp_InSegs."""
    sockstat: _Named = {}
    """/proc/net/sockstat and sockstat6, as TCP_inuse."""
    filefd: _Named = {}
    """/proc/sys/fs/file-nr: allocated and maximum."""
    disks: _Columns = {}
    """The columns of /proc/diskstats after the name, by device. Whole devices only."""
    networks: _Columns = {}
    """The sixteen columns of /proc/net/dev by interface."""
    softnet: _Columns = {}
    """processed, dropped and times_squeezed of /proc/net/softnet_stat, by CPU."""
    arp: _Named = {}
    """Entries of /proc/net/arp by interface."""
    links: Annotated[dict[Name, _Named], Meta(max_length=1024)] = {}
    """mtu_bytes, transmit_queue_length and carrier of /sys/class/net, by interface."""
    sysctl: _Named = {}
    """nf_conntrack_entries and nf_conntrack_entries_limit, of /proc/sys/net."""
    pressure: _Named = {}
    """Microseconds of /proc/pressure, as cpu_some, memory_full."""
    load: tuple[Load, Load, Load] | None = None
    uname: Annotated[dict[Name, Name], Meta(max_length=8)] = {}
    """sysname, release, version, machine, nodename, domainname: see uname(2)."""
    workloads: Annotated[dict[Text, WorkloadCounters], Meta(max_length=1024)] = {}
    """By the group of the workload's row. Only of the rows in the sample."""
