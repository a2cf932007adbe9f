"""The units and containers of the made-up machines, and the balance of what their processes use."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from demo_fleet import LIMITS, REPORT, Machine

from nodetop.model.cgroups import UnitProblem, UnitSummary, WorkloadMetrics, WorkloadSummary
from nodetop.model.process_rows import Balance, ProcessMetrics
from nodetop.model.snapshot import CpuMetrics, MemoryMetrics

SYSTEM_SLICE = "/system.slice"
ASKED_BY_NETWORK = ("nginx.service", "shop", "redis.service", "postgresql.service")
"""What the traffic of a machine is for, as far as it runs there."""


def workloads(machine: Machine, rows: Sequence[ProcessMetrics], traffic: float) -> WorkloadSummary:
    """A row for each unit and container with processes, and one for the slice that they are all in."""
    members: dict[str, list[ProcessMetrics]] = defaultdict(list)
    for row in rows:
        if row.container:
            members[row.container].append(row)
    talking = [name for name in members if name in ASKED_BY_NETWORK]
    inner = [
        _workload(machine, name, own, traffic / len(talking) if name in talking else 0.0)
        for name, own in members.items()
    ]
    units = sum(row.kind == "unit" for row in inner)
    return WorkloadSummary(
        groups=len(inner) + 34, total=len(inner) + 1, containers=len(inner) - units, pods=0, units=units,
        rows=(*inner, _slice(inner)),
    )  # fmt: skip


def problems(killed_at: float | None) -> UnitSummary:
    """The report's unit has failed once the kernel has killed it."""
    if killed_at is None:
        return UnitSummary(failed=0, restarting=0, ignored=0)
    failed = UnitProblem(unit=REPORT.unit or "", result="oom-kill", exit_status=9, restarts=0, since=killed_at)
    return UnitSummary(failed=1, restarting=0, ignored=0, problems=(failed,))


def balance(rows: Sequence[ProcessMetrics], cpu: CpuMetrics, memory: MemoryMetrics) -> Balance:
    """Most belongs to the listed processes; the parts add up."""
    busy, total = cpu.busy_percent or 0.0, memory.total_bytes or 0
    steal, kernel, ended = cpu.steal_percent or 0.0, busy * 0.05, busy * 0.02
    free = memory.free_bytes or 0
    cache = (memory.cached_bytes or 0) + (memory.buffers_bytes or 0)
    of_kernel = int(total * 0.04)
    processes = min(sum(row.resident_bytes or 0 for row in rows), total - free - cache - of_kernel)
    return Balance(
        cpu_listed_percent=busy - steal - kernel - ended, cpu_ended_percent=ended, cpu_kernel_percent=kernel,
        cpu_steal_percent=steal, cpu_other_percent=0.0, ended_parent="cron", ended_parent_pid=411,
        memory_processes_bytes=processes, memory_cache_bytes=cache, memory_kernel_bytes=of_kernel,
        memory_huge_pages_bytes=0, memory_free_bytes=free,
        memory_other_bytes=total - free - cache - of_kernel - processes,
    )  # fmt: skip


def _workload(machine: Machine, name: str, rows: Sequence[ProcessMetrics], traffic: float) -> WorkloadMetrics:
    is_unit = name.endswith(".service")
    number = hashlib.sha256(f"{machine.name} {name}".encode()).hexdigest()
    cores, memory_limit = LIMITS.get(name, (None, None))
    cpu = sum(row.cpu_percent or 0 for row in rows)
    memory = int(sum(row.resident_bytes or 0 for row in rows) * 0.94)
    limit = None if memory_limit is None else int(memory_limit * 2**30)
    return WorkloadMetrics(
        group=f"{SYSTEM_SLICE}/{name}" if is_unit else f"{SYSTEM_SLICE}/docker-{number}.scope",
        kind="unit" if is_unit else "container", name=name, parent=SYSTEM_SLICE, container=name,
        runtime="systemd" if is_unit else "docker", id=None if is_unit else number[:12],
        cpu_percent=cpu, cpu_limit_cores=cores, cpu_limit_percent=None if cores is None else cpu / cores,
        cpu_throttled_percent=None if cores is None else max(cpu / cores - 70, 0.0) * 1.5,
        memory_bytes=memory, memory_limit_bytes=limit, memory_used_percent=limit and memory / limit * 100,
        swap_bytes=0, oom_kills=0, read_bytes_per_second=sum(row.read_bytes_per_second or 0 for row in rows),
        write_bytes_per_second=sum(row.write_bytes_per_second or 0 for row in rows), reads_per_second=0.0,
        writes_per_second=sum(row.write_bytes_per_second or 0 for row in rows) / 24_000,
        receive_bytes_per_second=traffic * 0.35, transmit_bytes_per_second=traffic, retransmits_per_second=0.0,
        network="connections", tasks=sum(row.threads or 1 for row in rows), tasks_limit=9214,
        cpu_pressure_percent=cpu / 60, memory_pressure_percent=0.0, io_pressure_percent=cpu / 300,
    )  # fmt: skip


def _slice(inner: Sequence[WorkloadMetrics]) -> WorkloadMetrics:
    def total(name: str) -> float:
        return sum(getattr(row, name) for row in inner)

    summed = ("cpu_percent", "memory_bytes", "read_bytes_per_second", "write_bytes_per_second", "reads_per_second",
              "writes_per_second", "receive_bytes_per_second", "transmit_bytes_per_second", "retransmits_per_second",
              "swap_bytes", "oom_kills", "tasks")  # fmt: skip
    return WorkloadMetrics(
        group=SYSTEM_SLICE, kind="slice", name="system.slice", is_outer=True, runtime="systemd", network="connections",
        **{name: total(name) for name in summed},
    )  # fmt: skip
