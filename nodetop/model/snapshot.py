"""What nodetop knows about a node at one moment. Numbers only: no markup, no formatted text.

None means "not available here", never 0. Percent is 0-100. `taken_at` is UTC wall time in seconds; every rate was
computed from monotonic time where the counters were read. The names below are the wire and the output of
`nodetop --json`: fields are added, never renamed.
"""

from typing import Annotated

from msgspec import Meta, Struct

from nodetop.model.bounds import Celsius as Celsius
from nodetop.model.bounds import Count as Count
from nodetop.model.bounds import Interval as Interval
from nodetop.model.bounds import Load as Load
from nodetop.model.bounds import Megahertz as Megahertz
from nodetop.model.bounds import Milliseconds as Milliseconds
from nodetop.model.bounds import Name as Name
from nodetop.model.bounds import Percent as Percent
from nodetop.model.bounds import Rate as Rate
from nodetop.model.bounds import Seconds as Seconds
from nodetop.model.bounds import Skew as Skew
from nodetop.model.bounds import Text as Text
from nodetop.model.bounds import Time as Time
from nodetop.model.history import CHARTED as CHARTED
from nodetop.model.history import Charted as Charted
from nodetop.model.history import ChartedValues as ChartedValues
from nodetop.model.history import HistoryPoint as HistoryPoint
from nodetop.model.history import Stat as Stat
from nodetop.model.history import TopProcess as TopProcess
from nodetop.model.limits import CgroupLimits, MonitorCost
from nodetop.model.process_rows import ProcessMetrics as ProcessMetrics
from nodetop.model.process_rows import ProcessSummary as ProcessSummary

SCHEMA = 1


class Pressure(Struct, frozen=True, kw_only=True):
    """Share of time in which some or all tasks waited for a resource. /proc/pressure/*, kernel accounting/psi.rst."""

    some_10s_percent: Percent | None = None
    some_60s_percent: Percent | None = None
    full_10s_percent: Percent | None = None
    full_60s_percent: Percent | None = None


class HostInfo(Struct, frozen=True, kw_only=True):
    """What the machine is. Changes rarely, except for uptime."""

    hostname: Name | None = None
    os: Name | None = None
    kernel: Name | None = None
    architecture: Name | None = None
    boot_time: Time | None = None
    uptime_seconds: Seconds | None = None
    cpu_count: Count | None = None
    container: Name | None = None


class CoreMetrics(Struct, frozen=True, kw_only=True):
    """One logical CPU. An offline one has online=False and no shares."""

    index: Count
    online: bool = True
    busy_percent: Percent | None = None
    user_percent: Percent | None = None
    system_percent: Percent | None = None
    iowait_percent: Percent | None = None
    frequency_mhz: Megahertz | None = None
    celsius: Celsius | None = None


class CpuMetrics(Struct, frozen=True, kw_only=True):
    """All CPUs together, and each. busy = user + nice + system + irq + steal; iowait is idle time. /proc/stat."""

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


class MemoryMetrics(Struct, frozen=True, kw_only=True):
    """used = total - available, as free and top say. cached = page cache + reclaimable slab. /proc/meminfo."""

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


class FilesystemMetrics(Struct, frozen=True, kw_only=True):
    """One mounted file system. used_percent = used / (used + available), as df says."""

    device: Text
    mount_point: Text
    fs_type: Name
    total_bytes: Count | None = None
    used_bytes: Count | None = None
    available_bytes: Count | None = None
    used_percent: Percent | None = None
    inodes_total: Count | None = None
    inodes_used_percent: Percent | None = None
    read_only: bool = False
    remote: bool = False
    asked: bool = True
    """False: its space was not asked for, because its host's root is not seen from where the program runs."""
    other_mount_points: Annotated[tuple[Text, ...], Meta(max_length=16)] = ()
    """Where else it is mounted, or folders of it: the sixteen most useful ones."""


class DiskMetrics(Struct, frozen=True, kw_only=True):
    """One block device over the interval. /proc/diskstats, kernel admin-guide/iostats.rst. kind is disk, partition, dm,
    md, loop or other; only what has in_total is summed, so nothing is counted twice."""

    device: Name
    model: Name | None = None
    kind: Name = "disk"
    in_total: bool = True
    size_bytes: Count | None = None
    read_bytes_per_second: Rate | None = None
    write_bytes_per_second: Rate | None = None
    reads_per_second: Rate | None = None
    writes_per_second: Rate | None = None
    utilisation_percent: Percent | None = None
    read_await_ms: Milliseconds | None = None
    write_await_ms: Milliseconds | None = None
    queue_depth: Load | None = None


class NetworkMetrics(Struct, frozen=True, kw_only=True):
    """One interface over the interval; errors and drops are the kernel's running counts. kind is physical, virtual,
    bridge, bond, vlan, tunnel, wireless or loopback; only what has in_total is summed."""

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


class SensorReading(Struct, frozen=True, kw_only=True):
    """One temperature with the hardware's own limits, where it states them. kind is cpu, disk, gpu or other."""

    chip: Name
    label: Name
    celsius: Celsius | None = None
    high_celsius: Celsius | None = None
    critical_celsius: Celsius | None = None
    kind: Name = "other"


class TemperatureMetrics(Struct, frozen=True, kw_only=True):
    """The CPU's temperature (the one a person would quote), and every sensor."""

    cpu_celsius: Celsius | None = None
    sensors: tuple[SensorReading, ...] = ()


class ProbeReport(Struct, frozen=True, kw_only=True):
    """How reading one metric went: status is ok, unavailable, failed or stale; age is that of the result shown. An ok
    with a reason is a part: what of it was left out or could not be seen."""

    name: Name
    seconds: Seconds | None = None
    status: Name = "ok"
    reason: Text | None = None
    age_seconds: Seconds | None = None
    elapsed_seconds: Interval | None = None
    """Monotonic seconds between the two readings that the rates are of: a rate times this is what the counter grew."""


class NodeSnapshot(Struct, frozen=True, kw_only=True, eq=False):
    """A node at one moment. `interval` is the measured seconds since the sample before; None in the first."""

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
    limits: CgroupLimits | None = None
    """Only where something limits the observed system."""
    probes: tuple[ProbeReport, ...] = ()
    monitor: MonitorCost | None = None


_OF_THE_SAMPLE = ("schema", "node", "taken_at", "interval", "boot_id", "seq", "probes", "monitor")
METRICS: tuple[str, ...] = tuple(name for name in NodeSnapshot.__struct_fields__ if name not in _OF_THE_SAMPLE)
"""The fields of a snapshot that a probe each fills."""


class NodeStatus(ChartedValues, frozen=True, kw_only=True):
    """One row of a cluster: state is up, late, stale or gone, by the age of the last sample received."""

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
    iowait_percent: Percent | None = None
    steal_percent: Percent | None = None
    fullest_filesystem: Text | None = None
    """The mount point that filesystem_used_percent is of."""
    inodes_used_percent: Percent | None = None
    oom_kills: Count | None = None
    top_cpu: Name | None = None
    """The process that uses most CPU, by name."""
    top_memory: Name | None = None
    problem: Text | None = None
    """One plain line about what is wrong with this node's reports, e.g. a second machine under its name."""
