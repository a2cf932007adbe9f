"""A snapshot: everything that nodetop measures on a node at one time. Numbers only: no markup, no formatted text.

None means "not available here", never 0. Percent is 0-100. `taken_at` is UTC wall time in seconds. Rates are computed
with monotonic time, on the host where the counters were read. The field names below are part of the wire format and of
`nodetop --json`: fields are added, never renamed.
"""

from typing import Annotated

from msgspec import Meta, Struct

from nodetop.model.bounds import Celsius as Celsius
from nodetop.model.bounds import Count as Count
from nodetop.model.bounds import Interval as Interval
from nodetop.model.bounds import Load as Load
from nodetop.model.bounds import Megahertz as Megahertz
from nodetop.model.bounds import Name as Name
from nodetop.model.bounds import Percent as Percent
from nodetop.model.bounds import Rate as Rate
from nodetop.model.bounds import Seconds as Seconds
from nodetop.model.bounds import Skew as Skew
from nodetop.model.bounds import Text as Text
from nodetop.model.bounds import Time as Time
from nodetop.model.cgroups import CgroupLimits
from nodetop.model.cgroups import UnitProblem as UnitProblem
from nodetop.model.cgroups import UnitSummary as UnitSummary
from nodetop.model.cgroups import WorkloadMetrics as WorkloadMetrics
from nodetop.model.cgroups import WorkloadSummary as WorkloadSummary
from nodetop.model.history import CHARTED as CHARTED
from nodetop.model.history import Charted as Charted
from nodetop.model.history import ChartedValues as ChartedValues
from nodetop.model.history import HistoryPoint as HistoryPoint
from nodetop.model.history import Stat as Stat
from nodetop.model.history import TopProcess as TopProcess
from nodetop.model.process_rows import Balance as Balance
from nodetop.model.process_rows import ProcessMetrics as ProcessMetrics
from nodetop.model.process_rows import ProcessSummary as ProcessSummary
from nodetop.model.raw_counters import RawCounters
from nodetop.model.storage import BackingDevice as BackingDevice
from nodetop.model.storage import DiskMetrics as DiskMetrics
from nodetop.model.storage import FilesystemMetrics as FilesystemMetrics

SCHEMA = 1
Tags = Annotated[tuple[Name, ...], Meta(max_length=32)]


class Pressure(Struct, frozen=True, kw_only=True):
    """Share of time in which some or all tasks waited for a resource. /proc/pressure/*, kernel accounting/psi.rst."""

    some_10s_percent: Percent | None = None
    some_60s_percent: Percent | None = None
    full_10s_percent: Percent | None = None
    full_60s_percent: Percent | None = None


class HostInfo(Struct, frozen=True, kw_only=True):
    """The machine. Everything but the uptime changes rarely."""

    hostname: Name | None = None
    os: Name | None = None
    kernel: Name | None = None
    architecture: Name | None = None
    boot_time: Time | None = None
    uptime_seconds: Seconds | None = None
    cpu_count: Count | None = None
    container: Name | None = None
    tags: Tags = ()
    """Words of the operator about it, such as "role=web": nodetop-server --tag."""


class CoreMetrics(Struct, frozen=True, kw_only=True):
    """One logical CPU. An offline CPU has online=False and no percentages."""

    index: Count
    online: bool = True
    busy_percent: Percent | None = None
    user_percent: Percent | None = None
    system_percent: Percent | None = None
    iowait_percent: Percent | None = None
    frequency_mhz: Megahertz | None = None
    celsius: Celsius | None = None


class CpuMetrics(Struct, frozen=True, kw_only=True):
    """All CPUs together, and each core. busy = user + nice + system + irq + steal; iowait is idle time. /proc/stat."""

    busy_percent: Percent | None = None
    user_percent: Percent | None = None
    nice_percent: Percent | None = None
    system_percent: Percent | None = None
    iowait_percent: Percent | None = None
    irq_percent: Percent | None = None
    steal_percent: Percent | None = None
    guest_percent: Percent | None = None
    cores: tuple[CoreMetrics, ...] = ()
    load_1m: Load | None = None
    load_5m: Load | None = None
    load_15m: Load | None = None
    model: Name | None = None
    frequency_mhz: Megahertz | None = None
    pressure: Pressure | None = None
    io_pressure: Pressure | None = None
    forks_per_second: Rate | None = None
    """New processes and threads."""


class MemoryMetrics(Struct, frozen=True, kw_only=True):
    """used = total - available, as in free and top. cached = page cache + reclaimable slab. /proc/meminfo."""

    total_bytes: Count | None = None
    used_bytes: Count | None = None
    available_bytes: Count | None = None
    free_bytes: Count | None = None
    buffers_bytes: Count | None = None
    cached_bytes: Count | None = None
    shared_bytes: Count | None = None
    used_percent: Percent | None = None
    swap_total_bytes: Count | None = None
    swap_used_bytes: Count | None = None
    swap_in_bytes_per_second: Rate | None = None
    swap_out_bytes_per_second: Rate | None = None
    zfs_arc_bytes: Count | None = None
    oom_kills: Count | None = None
    """Processes killed since boot because memory ran out. /proc/vmstat."""
    pressure: Pressure | None = None


class NetworkMetrics(Struct, frozen=True, kw_only=True):
    """One interface over the interval. Errors and drops are the kernel's running counts. kind is physical, virtual,
    bridge, bond, vlan, tunnel, wireless or loopback. Totals include only interfaces with in_total."""

    interface: Name
    kind: Name = "physical"
    in_total: bool = True
    addresses: tuple[Name, ...] = ()
    mac: Name | None = None
    state: Name | None = None
    speed_mbps: Count | None = None
    receive_bytes_per_second: Rate | None = None
    transmit_bytes_per_second: Rate | None = None
    receive_packets_per_second: Rate | None = None
    transmit_packets_per_second: Rate | None = None
    receive_errors: Count | None = None
    transmit_errors: Count | None = None
    receive_drops: Count | None = None
    transmit_drops: Count | None = None
    receive_total_bytes: Count | None = None
    """All bytes since the interface was created, usually since boot."""
    transmit_total_bytes: Count | None = None


class SensorReading(Struct, frozen=True, kw_only=True):
    """One temperature, with the hardware's own limits if it reports them. kind is cpu, disk, gpu or other."""

    chip: Name
    label: Name
    celsius: Celsius | None = None
    high_celsius: Celsius | None = None
    critical_celsius: Celsius | None = None
    kind: Name = "other"


class TemperatureMetrics(Struct, frozen=True, kw_only=True):
    """The CPU's temperature (one value for the processor), and every sensor."""

    cpu_celsius: Celsius | None = None
    sensors: tuple[SensorReading, ...] = ()


class ProbeReport(Struct, frozen=True, kw_only=True):
    """How reading one metric went. status is ok, unavailable, failed or stale; age is the age of the shown result. A
    reason with status ok says which part is missing."""

    name: Name
    seconds: Seconds | None = None
    """How long the reading took; before the first result, for how long it has been going on."""
    status: Name = "ok"
    reason: Text | None = None
    age_seconds: Seconds | None = None
    elapsed_seconds: Interval | None = None
    """Monotonic seconds between the two readings that the rates are computed from."""


class MonitorCost(Struct, frozen=True, kw_only=True):
    """The cost of the program that took the snapshot. CPU is in percent of one core over the interval, including all
    threads and the kernel's work for them. Sampling is the time for the probes that are read every time, without those
    that may block. clock_gettime(2), proc_pid_statm(5)."""

    cpu_percent: Percent | None = None
    resident_bytes: Count | None = None
    sampling_seconds: Seconds | None = None


class NodeSnapshot(Struct, frozen=True, kw_only=True, eq=False):
    """A node at one time. `interval` is the measured seconds since the previous sample; None in the first."""

    schema: Annotated[int, Meta(ge=1, le=2**31)] = SCHEMA
    node: Name
    taken_at: Time
    interval: Interval | None = None
    boot_id: Name = ""
    seq: Count = 0
    host: HostInfo | None = None
    cpu: CpuMetrics | None = None
    memory: MemoryMetrics | None = None
    filesystems: tuple[FilesystemMetrics, ...] | None = None
    disks: tuple[DiskMetrics, ...] | None = None
    networks: tuple[NetworkMetrics, ...] | None = None
    temperature: TemperatureMetrics | None = None
    processes: ProcessSummary | None = None
    balance: Balance | None = None
    limits: CgroupLimits | None = None
    """Only if the observed system has cgroup limits."""
    workloads: WorkloadSummary | None = None
    units: UnitSummary | None = None
    """Only if systemd runs there."""
    probes: tuple[ProbeReport, ...] = ()
    monitor: MonitorCost | None = None
    counters: RawCounters | None = None
    """Only from a server with --raw-counters."""


_OF_THE_SAMPLE = ("schema", "node", "taken_at", "interval", "boot_id", "seq", "probes", "monitor", "counters")
METRICS: tuple[str, ...] = tuple(name for name in NodeSnapshot.__struct_fields__ if name not in _OF_THE_SAMPLE)
"""The fields of a snapshot that are filled by probes, one probe each."""


class NodeStatus(ChartedValues, frozen=True, kw_only=True):
    """One row of a cluster. state is up, late, stale or gone, by the age of the last received sample."""

    node: Name
    cluster: Name = ""
    state: Name = "up"
    age_seconds: Seconds | None = None
    clock_skew_seconds: Skew | None = None
    boot_id: Name = ""
    uptime_seconds: Seconds | None = None
    cpu_count: Count | None = None
    memory_total_bytes: Count | None = None
    processes_total: Count | None = None
    os: Name | None = None
    tags: Tags = ()
    iowait_percent: Percent | None = None
    steal_percent: Percent | None = None
    fullest_filesystem: Text | None = None
    """The mount point of the file system with filesystem_used_percent."""
    inodes_used_percent: Percent | None = None
    oom_kills: Count | None = None
    top_cpu: Name | None = None
    """The name of the process that uses the most CPU."""
    top_memory: Name | None = None
    problem: Text | None = None
    """One plain line about a fault in this node's reports, e.g. a second machine with the same name."""
