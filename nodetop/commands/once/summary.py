"""A snapshot as a readable summary, for `nodetop --once`: what the screen shows, as plain text if not on a terminal."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from itertools import chain

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from nodetop.base import units
from nodetop.base.text import clean, cut_middle
from nodetop.base.when import clock_text
from nodetop.commands.once.limits import cost_lines, cpu_limit_lines, late_lines, memory_limit_lines
from nodetop.commands.once.parts import Block, Row, marked, over, percent, print_parts, table
from nodetop.model.cgroups import CgroupLimits
from nodetop.model.quantities import Levels
from nodetop.model.snapshot import (
    CpuMetrics,
    FilesystemMetrics,
    HostInfo,
    MemoryMetrics,
    NodeSnapshot,
    Pressure,
    ProcessMetrics,
)
from nodetop.settings.levels import levels_of
from nodetop.settings.options import Settings
from nodetop.widgets.node_parts.sensor_limits import limits as sensor_limits

TOP_PROCESSES = 15


def print_summary(snapshots: Iterable[NodeSnapshot], settings: Settings, *, ascii_only: bool) -> None:
    """Prints each node's summary. Raises OSError."""
    print_parts(
        lambda width: (Summary(snapshot, settings, width).blocks() for snapshot in snapshots), ascii_only=ascii_only
    )


@dataclass(frozen=True)
class Summary:
    """One snapshot and how to show it."""

    snapshot: NodeSnapshot
    settings: Settings
    width: int
    """Terminal cells."""

    @cached_property
    def levels(self) -> Levels:
        """The limits above which values are marked."""
        return levels_of(self.settings.alerts)

    def blocks(self) -> RenderableType:
        """All parts that have data, and a last one that says what is missing and why."""
        snapshot = self.snapshot
        parts: list[RenderableType] = [
            _heading(snapshot),
            self._overview(snapshot.cpu, snapshot.memory),
            *self._filesystems(),
            *self._disks(),
            *self._networks(),
            *self._temperatures(),
            *self._processes(),
            *late_lines(snapshot),
            *cost_lines(snapshot),
        ]
        return Group(*parts)

    def _overview(self, cpu: CpuMetrics | None, memory: MemoryMetrics | None) -> Table:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        limits = self.snapshot.limits or CgroupLimits()
        lines = (
            _cpu_lines(cpu, self.levels) if cpu else (),
            cpu_limit_lines(limits, self.levels),
            _memory_lines(memory, self.levels) if memory else (),
            memory_limit_lines(limits, self.levels),
        )
        for label, facts in chain.from_iterable(lines):
            table.add_row(label, facts)
        return table

    def _filesystems(self) -> Block:
        rows: list[Row] = [
            (
                clean(each.mount_point),
                units.size(each.total_bytes),
                units.size(each.used_bytes),
                units.size(each.available_bytes),
                self._of_writable("filesystem", each.used_percent, each),
                self._of_writable("inodes", each.inodes_used_percent, each),
                clean(each.fs_type) + (" ro" if each.read_only else ""),
                clean(each.device),
            )
            for each in self.snapshot.filesystems or ()
        ]
        return table(self.width, "File system|Size>|Used>|Avail>|Use>|Inodes>|Type|Device", rows)

    def _of_writable(self, name: str, value: float | None, filesystem: FilesystemMetrics) -> Text:
        """A read-only image is always full, so it is not marked."""
        return Text(percent(value)) if filesystem.read_only else marked(name, value, self.levels)

    def _disks(self) -> Block:
        rows: list[Row] = [
            (
                clean(each.device),
                units.size(each.read_bytes_per_second),
                units.size(each.write_bytes_per_second),
                units.count(each.reads_per_second),
                units.count(each.writes_per_second),
                _milliseconds(each.read_await_ms),
                _milliseconds(each.write_await_ms),
                units.count(each.queue_depth),
                marked("utilisation", each.utilisation_percent, self.levels),
                clean(each.model or ""),
            )
            for each in self.snapshot.disks or ()
        ]
        return table(self.width, "Disk|Read/s>|Write/s>|R/s>|W/s>|R wait>|W wait>|Queue>|Util>|Model", rows)

    def _networks(self) -> Block:
        rate = units.bits if self.settings.network_bits else units.size
        rows: list[Row] = [
            (
                clean(each.interface),
                clean(each.state or units.UNKNOWN),
                rate(each.receive_bytes_per_second),
                rate(each.transmit_bytes_per_second),
                units.UNKNOWN if each.speed_mbps is None else f"{each.speed_mbps} Mb/s",
                _both(each.receive_errors, each.transmit_errors),
                _both(each.receive_drops, each.transmit_drops),
                ", ".join(clean(address) for address in each.addresses),
            )
            for each in self.snapshot.networks or ()
        ]
        return table(self.width, "Network|State|Receive/s>|Transmit/s>|Speed>|Errors>|Drops>|Addresses", rows)

    def _temperatures(self) -> Block:
        metrics = self.snapshot.temperature
        rows: list[Row] = []
        for each in metrics.sensors if metrics else ():
            high, critical = sensor_limits(each, self.levels)
            now = over(self._degrees(each.celsius), each.celsius, critical if high is None else high)
            limits = self._degrees(each.high_celsius), self._degrees(each.critical_celsius)
            rows.append((f"{clean(each.chip)} {clean(each.label)}".strip(), now, *limits, ""))
        return table(self.width, "Temperature|Now>|High>|Critical>|", rows)

    def _degrees(self, celsius: float | None) -> str:
        return units.temperature(celsius, self.settings.fahrenheit)

    def _processes(self) -> Block:
        processes = self.snapshot.processes
        if processes is None:
            return []
        states = ", ".join(
            f"{count} {word}"
            for count, word in (
                (processes.running, "running"),
                (processes.sleeping, "sleeping"),
                (processes.stopped, "stopped"),
                (processes.zombie, "zombie"),
                (processes.threads, "threads"),
            )
            if count is not None
        )
        total = len(processes.rows) if processes.total is None else processes.total
        title = Text(f"\n{total} {'process' if total == 1 else 'processes'}", "bold").append(
            f": {states}" if states else "", "not bold"
        )
        return [title, *self._process_table(processes.rows)[1:]]

    def _process_table(self, processes: Iterable[ProcessMetrics]) -> Block:
        host = self.snapshot.host
        divisor = (host.cpu_count if host and self.settings.cpu_of_machine else None) or 1
        rows: list[Row] = [
            (
                str(each.pid),
                cut_middle(clean(each.user or units.UNKNOWN), 12),
                percent(None if each.cpu_percent is None else each.cpu_percent / divisor),
                percent(each.memory_percent),
                units.size(each.resident_bytes),
                clean(each.state),
                units.UNKNOWN if each.nice is None else str(each.nice),
                units.count(each.threads),
                units.cpu_time(each.cpu_seconds),
                clean(each.command or each.name),
            )
            for each in nlargest(TOP_PROCESSES, processes, key=lambda row: row.cpu_percent or 0.0)
        ]
        return table(self.width, "PID>|User|CPU>|Mem>|RSS>|S|Nice>|Thr>|Time>|Command", rows)


def _heading(snapshot: NodeSnapshot) -> Text:
    host = snapshot.host or HostInfo()
    linux = " ".join(clean(part) for part in (host.kernel, host.architecture) if part)
    facts = [
        clean(host.os or ""),
        linux,
        f"in {clean(host.container)}" if host.container else "",
        "" if host.uptime_seconds is None else f"up {units.duration(host.uptime_seconds)}",
    ]
    when = clock_text(snapshot.taken_at, "%Y-%m-%d %H:%M:%S %z", units.UNKNOWN)
    title = Text(clean(snapshot.node), "bold").append(f" · {when}\n", "not bold")
    return title.append(" · ".join(filter(None, facts)) + "\n", "not bold")


def _cpu_lines(cpu: CpuMetrics, levels: Levels) -> Iterable[tuple[str, str | Text]]:
    model = f", {clean(cpu.model)}" if cpu.model else ""
    frequency = "" if cpu.frequency_mhz is None else f" at {cpu.frequency_mhz:.0f} MHz"
    online = f", {sum(core.online for core in cpu.cores)} online" if cpu.cores else ""
    yield "CPU", Text.assemble(marked("cpu", cpu.busy_percent, levels), f" busy{online}{frequency}{model}")
    shares = ("user", "nice", "system", "iowait", "irq", "steal", "guest")
    yield "", ", ".join(f"{name} {percent(getattr(cpu, name + '_percent'))}" for name in shares)
    yield "Load", " ".join("–" if load is None else f"{load:.2f}" for load in (cpu.load_1m, cpu.load_5m, cpu.load_15m))
    if cpu.cores:
        cores = (f"{core.index}: {percent(core.busy_percent) if core.online else 'off'}" for core in cpu.cores)
        yield "Cores", "  ".join(cores)
    for label, pressure in (("CPU pressure", cpu.pressure), ("I/O pressure", cpu.io_pressure)):
        if pressure:
            yield label, _pressure(pressure)


def _memory_lines(memory: MemoryMetrics, levels: Levels) -> Iterable[tuple[str, str | Text]]:
    size = units.size
    yield (
        "Memory",
        Text.assemble(
            marked("memory", memory.used_percent, levels),
            f" used: {size(memory.used_bytes)} of {size(memory.total_bytes)}, {size(memory.available_bytes)} available",
        ),
    )
    yield (
        "",
        f"free {size(memory.free_bytes)}, buffers {size(memory.buffers_bytes)}, cached {size(memory.cached_bytes)}, "
        f"shared {size(memory.shared_bytes)}"
        + ("" if memory.zfs_arc_bytes is None else f", ZFS ARC {size(memory.zfs_arc_bytes)}"),
    )
    if memory.swap_total_bytes:
        yield (
            "Swap",
            f"{size(memory.swap_used_bytes)} of {size(memory.swap_total_bytes)}, "
            f"in {size(memory.swap_in_bytes_per_second)}/s, out {size(memory.swap_out_bytes_per_second)}/s",
        )
    elif memory.swap_total_bytes == 0:
        yield "Swap", "none"
    if memory.pressure:
        yield "Memory pressure", _pressure(memory.pressure)


def _pressure(pressure: Pressure) -> str:
    some = f"some {percent(pressure.some_10s_percent)} / {percent(pressure.some_60s_percent)}"
    full = f"full {percent(pressure.full_10s_percent)} / {percent(pressure.full_60s_percent)}"
    return f"{some}, {full} of the last 10 s / 60 s"


def _milliseconds(value: float | None) -> str:
    text = units.milliseconds(value)
    return text if value is None or text.endswith("s") else f"{text}ms"


def _both(receive: int | None, transmit: int | None) -> str:
    known = [count for count in (receive, transmit) if count is not None]
    return units.count(sum(known)) if known else units.UNKNOWN
