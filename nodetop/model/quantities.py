"""All quantities of a node, in one table. Used for trends, cluster columns, filters and maps, node rows, history,
`--check`, alerts, and marks on panels. To add a quantity, add one entry here. The order is that of the columns in the
list of nodes."""

from collections.abc import Mapping

from nodetop.model.derived import has_failed, highest, swap_used_percent, total
from nodetop.model.item_kinds import DISK, INTERFACE, MOUNT, PROBE, PROCESS, SENSOR, WORKLOAD
from nodetop.model.quantity import AlertSpec, ChartSpec, ColumnSpec, Quantity, Unit, named
from nodetop.model.snapshot import ProbeReport

_MINUTE, _TEN_MINUTES, _DAY = 60.0, 600.0, 86_400.0


def _has_failed(report: ProbeReport) -> float:
    return float(has_failed(report))


_OF_WORKLOADS: tuple[tuple[str, str, Unit, str, str], ...] = (
    ("cpu", "CPU", "percent", "cpu_percent", "150"),
    ("throttled", "throttled share", "percent", "cpu_throttled_percent", "20"),
    ("memory", "memory", "bytes", "memory_bytes", "1G"),
    ("memory_limit", "memory limit used", "percent", "memory_used_percent", "90"),
    ("oom_kills", "out of memory kills", "count", "oom_kills", "1"),
    ("read", "disk read", "bytes/s", "read_bytes_per_second", "50M"),
    ("write", "disk write", "bytes/s", "write_bytes_per_second", "50M"),
    ("receive", "received", "bytes/s", "receive_bytes_per_second", "50M"),
    ("transmit", "transmitted", "bytes/s", "transmit_bytes_per_second", "50M"),
    ("retransmits", "TCP segments sent again", "count/s", "retransmits_per_second", "10"),
)
"""Name, title, unit, field of the row, and a limit for an example."""
QUANTITIES: tuple[Quantity, ...] = (
    Quantity(
        name="cpu", title="CPU", unit="percent", path="cpu.busy_percent", row="cpu_busy_percent", leader="busiest",
        chart=ChartSpec("cpu", 1), column=ColumnSpec("CPU%", 10, 16, 26, 0),
        alert=AlertSpec("cpu busy", (85, 75), (95, 85), _TEN_MINUTES, blames="cpu"),
    ),
    Quantity(
        name="iowait", title="waiting for disks", unit="percent", path="cpu.iowait_percent", row="iowait_percent",
        alert=AlertSpec("waiting for disks", (40, 20), None, _TEN_MINUTES, blames="io"),
    ),
    Quantity(
        name="steal", title="stolen by the hypervisor", unit="percent", path="cpu.steal_percent", row="steal_percent",
        alert=AlertSpec("CPU stolen", (10, 5), None, _TEN_MINUTES),
    ),
    Quantity(name="listed", title="CPU of listed processes", unit="percent", path="balance.cpu_listed_percent"),
    Quantity(
        name="ended", title="CPU of ended processes", unit="percent", path="balance.cpu_ended_percent",
        example="ended<50",
    ),
    Quantity(name="kernel", title="CPU of the kernel", unit="percent", path="balance.cpu_kernel_percent"),
    Quantity(name="unexplained", title="CPU of nothing visible", unit="percent", path="balance.cpu_other_percent"),
    Quantity(name="forks", title="forks", unit="count/s", path="cpu.forks_per_second", example="forks<1000"),
    Quantity(
        name="cpu_limit", title="CPU limit used", unit="percent", path="limits.cpu_used_percent", marks=(90, 98),
    ),
    Quantity(
        name="throttled", title="throttled", unit="percent", path="limits.cpu_throttled_percent", marks=(10, None),
    ),
    Quantity(
        name="load_1m", title="load", unit="load", path="cpu.load_1m", row="load_1m", aliases=("load",),
        chart=ChartSpec("load 1m", 5), column=ColumnSpec("LOAD", 5, 5, 6, 2, "load"),
    ),
    Quantity(name="load_5m", title="load of 5 minutes", unit="load", path="cpu.load_5m"),
    Quantity(name="load_15m", title="load of 15 minutes", unit="load", path="cpu.load_15m"),
    Quantity(
        name="memory", title="memory", unit="percent", path="memory.used_percent", row="memory_used_percent",
        aliases=("mem",), gradient="memory", chart=ChartSpec("memory", 2), column=ColumnSpec("MEM%", 5, 14, 22, 1),
        alert=AlertSpec("memory used", (90, 80), (98, 90), _MINUTE, blames="memory"),
    ),
    Quantity(
        name="available", title="available memory", unit="bytes", path="memory.available_bytes", example="available>1G",
    ),
    Quantity(
        name="process_memory", title="memory of processes", unit="bytes", path="balance.memory_processes_bytes",
    ),
    Quantity(
        name="kernel_memory", title="memory of the kernel", unit="bytes", path="balance.memory_kernel_bytes",
        example="kernel_memory<4G",
    ),
    Quantity(
        name="memory_limit", title="memory limit used", unit="percent", path="limits.memory_used_percent",
        gradient="memory", marks=(90, 98),
    ),
    Quantity(
        name="swap", title="swap", unit="percent", take=swap_used_percent, row="swap_used_percent", gradient="memory",
        chart=ChartSpec("swap", 9), column=ColumnSpec("SWAP%", 6, 6, 6, 6),
        alert=AlertSpec("swap used", (80, 70), (95, 85), _TEN_MINUTES, blames="memory"),
    ),
    Quantity(
        name="oom_kills", title="out of memory kills", unit="count", path="memory.oom_kills", row="oom_kills",
        alert=AlertSpec("out of memory kills", (1, 1), most=1e6, blames="memory", is_derived=True),
    ),
    Quantity(
        name="filesystem", title="fullest file system", unit="percent", each=MOUNT, item_field="used_percent",
        whole=highest, row="filesystem_used_percent", row_item="fullest_filesystem",
        aliases=("disk",), leader="fullest", example="filesystem:/<90",
        chart=ChartSpec("fullest file system", 6, gradient="memory"), column=ColumnSpec("DISK%", 6, 12, 20, 1, "disk"),
        alert=AlertSpec("file system", (90, 80), (98, 90), blames="io", subject="fullest"),
    ),
    Quantity(
        name="inodes", title="inodes", unit="percent", each=MOUNT, item_field="inodes_used_percent", whole=highest,
        row="inodes_used_percent", example="inodes:/<90",
        alert=AlertSpec("inodes of", (90, 80), (98, 90), subject="a file system"),
    ),
    Quantity(
        name="free", title="free space", unit="bytes", each=MOUNT, item_field="available_bytes", example="free:/>5G",
    ),
    Quantity(
        name="full_in_hours", title="full in", unit="hours",
        alert=AlertSpec("filling up", (8, 12), (2, 4), below=True, most=1000, blames="io", is_derived=True),
    ),
    Quantity(
        name="utilisation", title="busiest disk", unit="percent", each=DISK, item_field="utilisation_percent",
        whole=highest, row="disk_utilisation_percent", aliases=("util",), marks=(95, None),
        chart=ChartSpec("busiest disk", 8), column=ColumnSpec("UTIL%", 6, 6, 6, 6, "util"),
    ),
    Quantity(
        name="read", title="disk read", unit="bytes/s", each=DISK, item_field="read_bytes_per_second", whole=total,
        row="disk_read_bytes_per_second", gradient="read", example="disk:sda.read<100M",
        chart=ChartSpec("disks", 4, "read"), column=ColumnSpec("READ", 7, 7, 8, 5),
    ),
    Quantity(
        name="write", title="disk write", unit="bytes/s", each=DISK, item_field="write_bytes_per_second", whole=total,
        row="disk_write_bytes_per_second", gradient="write", example="disk:sda.write<100M",
        chart=ChartSpec("disks", 4, "write"), column=ColumnSpec("WRITE", 7, 7, 8, 5),
    ),
    Quantity(
        name="reads", title="reads", unit="count/s", each=DISK, item_field="reads_per_second", whole=total,
    ),
    Quantity(
        name="writes", title="writes", unit="count/s", each=DISK, item_field="writes_per_second", whole=total,
    ),
    Quantity(
        name="read_await", title="longest wait to read", unit="ms", each=DISK, item_field="read_await_ms",
        whole=highest,
    ),
    Quantity(
        name="write_await", title="longest wait to write", unit="ms", each=DISK, item_field="write_await_ms",
        whole=highest,
    ),
    Quantity(name="queue", title="longest queue", unit="load", each=DISK, item_field="queue_depth", whole=highest),
    Quantity(
        name="receive", title="received", unit="bytes/s", each=INTERFACE, item_field="receive_bytes_per_second",
        whole=total, row="network_receive_bytes_per_second", aliases=("rx",), gradient="receive",
        example="network:eth0.receive<100M", chart=ChartSpec("network", 3, "receive"),
        column=ColumnSpec("RECEIVE", 8, 8, 9, 3),
    ),
    Quantity(
        name="transmit", title="transmitted", unit="bytes/s", each=INTERFACE, item_field="transmit_bytes_per_second",
        whole=total, row="network_transmit_bytes_per_second", aliases=("tx",), gradient="transmit",
        example="network:eth0.transmit<100M", chart=ChartSpec("network", 3, "transmit"),
        column=ColumnSpec("TRANSMIT", 9, 9, 9, 3),
    ),
    Quantity(
        name="receive_errors", title="errors on receive", unit="count", each=INTERFACE, item_field="receive_errors",
        whole=total,
    ),
    Quantity(
        name="transmit_errors", title="errors on transmit", unit="count", each=INTERFACE, item_field="transmit_errors",
        whole=total,
    ),
    Quantity(
        name="receive_drops", title="dropped on receive", unit="count", each=INTERFACE, item_field="receive_drops",
        whole=total,
    ),
    Quantity(
        name="transmit_drops", title="dropped on transmit", unit="count", each=INTERFACE, item_field="transmit_drops",
        whole=total,
    ),
    Quantity(
        name="temperature", title="temperature", unit="celsius", path="temperature.cpu_celsius", each=SENSOR,
        item_field="celsius", row="cpu_celsius", aliases=("temp",), gradient="heat", leader="hottest",
        example="temperature<80", chart=ChartSpec("cpu temperature", 7), column=ColumnSpec("TEMP", 5, 5, 6, 2),
        alert=AlertSpec("temperature", (80, 75), (95, 90), _MINUTE, most=1000, blames="cpu", subject="cpu"),
    ),
    Quantity(
        name="uptime", title="uptime", unit="seconds", path="host.uptime_seconds", row="uptime_seconds",
        aliases=("up",), example="uptime>10m", column=ColumnSpec("UPTIME", 8, 8, 8, 4),
    ),
    Quantity(
        name="processes", title="processes", unit="count", path="processes.total", row="processes_total",
        aliases=("procs",), column=ColumnSpec("PROCS", 6, 6, 6, 7),
    ),
    Quantity(name="process", title="processes named", unit="count", each=PROCESS, example="process:nginx"),
    Quantity(
        name="zombies", title="zombies", unit="count", path="processes.zombie", example="zombies<10",
    ),
    Quantity(
        name="probes", title="probes that failed", unit="count", each=PROBE, take_item=_has_failed, whole=total,
        example="probes=0", alert=AlertSpec("failing probe", (1, 1), None, _TEN_MINUTES, most=1e6),
    ),
    Quantity(
        name="cpus", title="CPUs", unit="count", path="host.cpu_count", row="cpu_count",
        column=ColumnSpec("CPUS", 5, 5, 5, 7),
    ),
    Quantity(
        name="memory_total", title="memory total", unit="bytes", path="memory.total_bytes", row="memory_total_bytes",
        aliases=("total",), example="memory_total>8G", column=ColumnSpec("MEMORY", 7, 7, 7, 7, "total"),
    ),
    Quantity(
        name="failed_units", title="failed units", unit="count", path="units.failed", example="failed_units<1",
        alert=AlertSpec("failed units", (1, 1), most=1e6),
    ),
    *(
        Quantity(
            name=f"workload_{name}", title=f"{title} of a workload", unit=unit, each=WORKLOAD, item_field=field,
            example=f"workload_{name}:nginx.service<{limit}",
        )
        for name, title, unit, field, limit in _OF_WORKLOADS
    ),
    Quantity(
        name="clock_skew", title="wrong clock", unit="seconds",
        alert=AlertSpec("wrong clock", (60, 30), None, most=1e9, is_derived=True),
    ),
    Quantity(
        name="certificate", title="certificate valid for", unit="seconds",
        alert=AlertSpec("expiring certificate of", (14 * _DAY, 15 * _DAY), (3 * _DAY, 4 * _DAY), below=True, most=1e9,
                        is_derived=True),
    ),
    Quantity(
        name="reboots", title="reboots", unit="count",
        alert=AlertSpec("reboots", (1, 1), most=1e6, is_derived=True),
    ),
    Quantity(name="age", title="age of the last sample", unit="seconds", row="age_seconds"),
    Quantity(
        name="silent", title="no reports", unit="seconds",
        alert=AlertSpec("no reports", (60, 60), (60, 60), most=1e9, is_derived=True, is_switch=True),
    ),
)  # fmt: skip

BY_WORD: Mapping[str, Quantity] = named(QUANTITIES)
"""Each quantity by its name, its aliases, and its JSON field."""
CHARTED_QUANTITIES = tuple(each for each in QUANTITIES if each.chart)
ALERTED = tuple(each for each in QUANTITIES if each.alert)
Levels = Mapping[str, tuple[float, float | None]]
"""By quantity name: the thresholds from which it is marked as a warning, and as critical."""
DEFAULT_LEVELS: Levels = {each.name: levels for each in QUANTITIES if (levels := each.levels)}


def severity(name: str, value: float | None, levels: Levels) -> int:
    """What a quantity's value is by these levels: 0 for fine or unknown, 1 for a warning, 2 for critical."""
    found = levels.get(name)
    if found is None or value is None:
        return 0
    (warning, critical), alert = found, BY_WORD[name].alert
    if alert is not None and alert.below:
        return 2 if critical is not None and value <= critical else int(value <= warning)
    return 2 if critical is not None and value >= critical else int(value >= warning)
