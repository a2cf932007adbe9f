"""nodetop's families of workloads: control groups by name. Pure."""

from collections.abc import Mapping

from nodetop.model.cgroups import WorkloadMetrics, WorkloadSummary
from nodetop.model.raw_counters import WorkloadCounters
from nodetop.server.exposition.families import Families

_COUNTS = {"container": "containers", "pod": "pods", "unit": "units"}
_NONE = WorkloadCounters()


def add_workloads(families: Families, summary: WorkloadSummary, counters: Mapping[str, WorkloadCounters]) -> None:
    """The innermost workloads of the sample, which are the top ones, so that a sum counts nothing twice. `counters` are
    by group."""
    for kind, field in _COUNTS.items():
        families.gauge("nodetop_workloads", "Workloads by kind.", getattr(summary, field), kind=kind)
    for row in summary.rows:
        if row.is_inner:
            labels = {"group": row.group, "kind": row.kind, "workload": row.name}
            _add_gauges(families, row, labels)
            _add_network(families, row, labels)
            _add_counters(families, counters.get(row.group, _NONE), labels)
            text = "Processes that the kernel killed for lack of memory."
            families.counter("nodetop_workload_oom_kills_total", text, row.oom_kills, **labels)


def _add_gauges(families: Families, row: WorkloadMetrics, labels: Mapping[str, str]) -> None:
    cpus = None if row.cpu_percent is None else row.cpu_percent / 100
    for name, text, value in (
        ("cpu_ratio", "CPUs in use.", cpus),
        ("cpu_limit_cores", "CPUs that it may use.", row.cpu_limit_cores),
        ("memory_working_set_bytes", "Memory in use, without inactive file cache.", row.memory_bytes),
        ("memory_limit_bytes", "Memory that it may use.", row.memory_limit_bytes),
        ("memory_high_bytes", "Memory above which the kernel slows it down.", row.memory_high_bytes),
        ("swap_bytes", "Swap in use.", row.swap_bytes),
        ("tasks", "Processes and threads.", row.tasks),
        ("tasks_limit", "Processes and threads that it may have.", row.tasks_limit),
    ):
        families.gauge(f"nodetop_workload_{name}", text, value, **labels)


def _add_network(families: Families, row: WorkloadMetrics, labels: Mapping[str, str]) -> None:
    """Rates, because the kernel has no counters of a group."""
    for name, text, value in (
        ("receive", "Bytes received from the network in a second.", row.receive_bytes_per_second),
        ("transmit", "Bytes sent to the network in a second.", row.transmit_bytes_per_second),
    ):
        name = f"nodetop_workload_network_{name}_bytes_per_second"
        families.gauge(name, text, value, **labels, network=row.network or "")


def _add_counters(families: Families, counters: WorkloadCounters, labels: Mapping[str, str]) -> None:
    microseconds = counters.cpu_microseconds
    seconds = None if microseconds is None else microseconds / 1e6
    for name, text, value in (
        ("cpu_seconds", "CPU time used, in seconds.", seconds),
        ("cpu_periods", "Periods of its CPU quota in which it ran.", counters.cpu_periods),
        ("cpu_throttled_periods", "Periods in which it used up its CPU quota.", counters.cpu_throttled_periods),
        ("read_bytes", "Bytes read from disks.", counters.read_bytes),
        ("written_bytes", "Bytes written to disks.", counters.written_bytes),
        ("reads", "Reads from disks.", counters.reads),
        ("writes", "Writes to disks.", counters.writes),
    ):
        families.counter(f"nodetop_workload_{name}_total", text, value, **labels)
