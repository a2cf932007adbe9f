"""The snapshot of one node, from the answers of a store. Pure."""

from typing import Any

from nodetop.base.text import clean
from nodetop.model.snapshot import (
    CoreMetrics,
    CpuMetrics,
    HostInfo,
    MemoryMetrics,
    NodeSnapshot,
    Pressure,
    ProbeReport,
    ProcessMetrics,
    ProcessSummary,
)
from nodetop.sources.prometheus.devices import disks_of, filesystems_of, networks_of
from nodetop.sources.prometheus.exporters import Found
from nodetop.sources.prometheus.metrics import PAGE_BYTES
from nodetop.sources.prometheus.node_parts import MEMORY
from nodetop.sources.prometheus.picks import by, label, one, positive, whole
from nodetop.sources.prometheus.promql import Values
from nodetop.sources.prometheus.sensors import temperature_of
from nodetop.sources.prometheus.workloads import workloads_of

_MISSING = {
    "processes": "a store of node_exporter's metrics has no processes",
    "workloads": "the store has no series of cAdvisor's or nodetop's about this node",
}
"""Why a part is not available."""
_TOP_PROGRAMS = ProbeReport(name="processes", reason="top programs: the store has no single processes")
_MOST_PROGRAMS = 500


def snapshot_of(
    values: Values, node: str, now: float, interval: float | None, workloads: Found | None = None
) -> NodeSnapshot | None:
    """The snapshot at `now`, by the store's clock; None if the node was not sampled then. `workloads` says which
    series of workloads were asked for."""
    at = one(values, "at")
    if at is None:
        return None
    boot = one(values, "boot")
    cpu, memory, disks = _cpu(values), _memory(values), tuple(disks_of(values))
    filesystems, networks = tuple(filesystems_of(values)), tuple(networks_of(values))
    temperature = temperature_of(values)
    processes = _processes(values)
    found: dict[str, Any] = {
        "host": _host(values, now),
        "cpu": cpu,
        "memory": memory,
        "filesystems": filesystems,
        "disks": disks,
        "networks": networks,
        "temperature": temperature,
        "processes": processes,
        "workloads": workloads_of(values, workloads.exporter, workloads.count) if workloads else None,
    }
    reports = [_report(name, metric) for name, metric in found.items()]
    reports = [_TOP_PROGRAMS if each.name == "processes" and each.status == "ok" else each for each in reports]
    return NodeSnapshot(
        node=node,
        taken_at=max(at, 0.0),
        interval=interval,
        boot_id="" if boot is None else f"{boot:.0f}",
        seq=round(max(at, 0.0) * 1000),
        probes=tuple(reports),
        **found,
    )


def _report(name: str, metric: object) -> ProbeReport:
    if metric is not None and metric != ():
        return ProbeReport(name=name)
    reason = _MISSING.get(name, "the store has no such series of this node")
    return ProbeReport(name=name, status="unavailable", reason=reason)


def _host(values: Values, now: float) -> HostInfo:
    boot, cpus = one(values, "boot"), {each.labels.get("cpu") for each in values.get("cpu", ())}
    return HostInfo(
        hostname=label(values, "uname", "nodename"),
        os=label(values, "os", "pretty_name"),
        kernel=label(values, "uname", "release"),
        architecture=label(values, "uname", "machine"),
        boot_time=None if boot is None or boot < 0 else boot,
        uptime_seconds=None if boot is None else max(now - boot, 0.0),
        cpu_count=len(cpus) or None,
    )


def _cpu(values: Values) -> CpuMetrics | None:
    modes: dict[int, dict[str, float]] = {}
    for each in values.get("cpu", ()):
        core = each.labels.get("cpu", "")
        if core.isdecimal() and len(core) < 6:
            modes.setdefault(int(core), {})[each.labels.get("mode", "")] = max(each.value, 0.0)
    load = [positive(values, f"load{minutes}") for minutes in (1, 5, 15)]
    if not modes and load == [None] * 3:
        return None
    hertz = {cpu: value for (cpu,), value in by(values, "hertz", "cpu").items()}
    total: dict[str, float] = {}
    for each_core in modes.values():
        for mode, seconds in each_core.items():
            total[mode] = total.get(mode, 0.0) + seconds
    shares = _shares(total)
    if shares:
        guest, spent = positive(values, "guest"), sum(total.values())
        shares["guest_percent"] = None if guest is None else min(100 * guest / spent, 100.0)
    return CpuMetrics(
        **shares,
        cores=tuple(_core(core, modes[core], hertz.get(str(core))) for core in sorted(modes)),
        load_1m=load[0],
        load_5m=load[1],
        load_15m=load[2],
        frequency_mhz=sum(hertz.values()) / len(hertz) / 1e6 if hertz else None,
        pressure=_pressure(values, "cpu"),
        io_pressure=_pressure(values, "io"),
    )


def _shares(seconds: dict[str, float]) -> dict[str, Any]:
    """Percent by mode; empty if no time passed."""
    spent = sum(seconds.values())
    if not spent > 0:
        return {}

    def percent(*modes: str) -> float:
        return 100 * sum(seconds.get(mode, 0.0) for mode in modes) / spent

    return {
        "busy_percent": max(100 - percent("idle", "iowait"), 0.0),
        "user_percent": percent("user"),
        "nice_percent": percent("nice"),
        "system_percent": percent("system"),
        "iowait_percent": percent("iowait"),
        "irq_percent": percent("irq", "softirq"),
        "steal_percent": percent("steal"),
    }


def _core(index: int, seconds: dict[str, float], hertz: float | None) -> CoreMetrics:
    shares = _shares(seconds)
    names = ("busy_percent", "user_percent", "system_percent", "iowait_percent")
    return CoreMetrics(
        index=index,
        frequency_mhz=None if hertz is None else hertz / 1e6,
        **dict[str, Any]({name: shares.get(name) for name in names}),
    )


def _pressure(values: Values, resource: str) -> Pressure | None:
    """The mean over the window of the rates."""
    some, full = (positive(values, f"p_{resource}_{kind}", 100) for kind in ("waiting", "stalled"))
    return None if some is None and full is None else Pressure(some_60s_percent=some, full_60s_percent=full)


def _memory(values: Values) -> MemoryMetrics | None:
    have = {name: whole(one(values, f"m_{name}")) for name in MEMORY}
    total, available = have["total"], have["available"]
    if total is None:
        return None
    available = None if available is None else min(available, total)
    used = None if available is None else total - available
    swap_total, swap_free = have["swap_total"], have["swap_free"]
    cached, reclaimable = have["cached"], have["reclaimable"]
    return MemoryMetrics(
        total_bytes=total,
        used_bytes=used,
        available_bytes=available,
        free_bytes=have["free"],
        buffers_bytes=have["buffers"],
        cached_bytes=None if cached is None else cached + (reclaimable or 0),
        shared_bytes=have["shared"],
        used_percent=100 * used / total if used is not None and total else None,
        swap_total_bytes=swap_total,
        swap_used_bytes=None if swap_total is None or swap_free is None else max(swap_total - swap_free, 0),
        swap_in_bytes_per_second=positive(values, "s_pswpin", PAGE_BYTES),
        swap_out_bytes_per_second=positive(values, "s_pswpout", PAGE_BYTES),
        oom_kills=whole(one(values, "oom_kills")),
        pressure=_pressure(values, "memory"),
    )


def _processes(values: Values) -> ProcessSummary | None:
    """Counts, and the top programs, if a nodetop-server exposes them."""
    states = {state: whole(value) for (state,), value in by(values, "processes", "state").items()}
    programs = _programs(values)
    if not states and not programs:
        return None
    known = [count for count in states.values() if count is not None]
    wanted = ("running", "sleeping", "stopped", "zombie")
    return ProcessSummary(
        total=sum(known) if known else None,
        threads=whole(one(values, "threads")),
        programs=programs or None,
        **dict[str, Any]({state: states.get(state) for state in wanted}),
    )


def _programs(values: Values) -> tuple[ProcessMetrics, ...]:
    """The programs by CPU time. A nodetop-server exposes the top ones."""
    ratios = by(values, "program_cpu", "program", "user")
    resident = by(values, "program_memory", "program", "user")
    total = one(values, "m_total")
    keys = sorted({*ratios, *resident}, key=lambda key: (-ratios.get(key, 0.0), key))
    rows = [
        ProcessMetrics(
            pid=0,
            name=clean(name),
            user=clean(user) or None,
            state=" ",
            cpu_percent=None if ratios.get((name, user)) is None else max(100 * ratios[name, user], 0.0),
            resident_bytes=whole(resident.get((name, user))),
            memory_percent=_percent_of(resident.get((name, user)), total),
        )
        for name, user in keys[:_MOST_PROGRAMS]
    ]
    return tuple({(row.name, row.user): row for row in reversed(rows)}.values())[::-1]


def _percent_of(value: float | None, total: float | None) -> float | None:
    return None if value is None or value < 0 or not total or total <= 0 else 100 * value / total
