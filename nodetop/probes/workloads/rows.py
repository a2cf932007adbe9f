"""The row of a workload, from two readings of its counters. Pure."""

from typing import NamedTuple

from nodetop.model.cgroups import WorkloadMetrics
from nodetop.probes.base.probe import delta_rate
from nodetop.probes.workloads.counters import Counters, Facts
from nodetop.probes.workloads.names import Named
from nodetop.probes.workloads.traffic import Use
from nodetop.probes.workloads.tree import Found


class Record(NamedTuple):
    """What is known about one workload. The same object as long as it is not read again."""

    found: Found
    at: float
    """Monotonic seconds when the counters were read."""
    counters: Counters
    facts: Facts
    facts_at: float
    row: WorkloadMetrics


def row_of(
    found: Found, named: Named, container: str | None, shown_parent: str, counters: Counters, facts: Facts,
    before: Counters | None, seconds: float | None, use: Use,
) -> WorkloadMetrics:  # fmt: skip
    """The row; rates are over the `seconds` since `before`, which are None in the first reading. `container`
    is what its processes have as their container, `shown_parent` the group of the workload around it. `use` is its use
    of the network, with rates over a time of its own."""
    old = before or Counters()
    used = delta_rate(old.cpu_microseconds, counters.cpu_microseconds, seconds)
    percent = None if used is None else used / 1e4
    least = min((each for each in (facts.memory_limit, facts.memory_high) if each is not None), default=None)
    kind, memory = found.kind, counters.memory_bytes
    return WorkloadMetrics(
        group=found.shown,
        kind=kind.kind,
        name=named.name,
        parent=shown_parent,
        is_outer=not found.is_inner,
        runtime=kind.runtime,
        id=kind.id[: 8 if kind.kind == "pod" else 12] or None,
        container=container,
        unnamed=named.why,
        cpu_percent=percent,
        cpu_limit_cores=facts.cpu_cores,
        cpu_limit_percent=None if percent is None or not facts.cpu_cores else percent / facts.cpu_cores,
        cpu_throttled_percent=_throttled(old, counters, seconds) if facts.cpu_cores else None,
        memory_bytes=memory,
        memory_limit_bytes=facts.memory_limit,
        memory_high_bytes=facts.memory_high,
        memory_used_percent=100 * memory / least if memory is not None and least else None,
        swap_bytes=counters.swap_bytes,
        oom_kills=facts.oom_kills,
        read_bytes_per_second=delta_rate(old.read_bytes, counters.read_bytes, seconds),
        write_bytes_per_second=delta_rate(old.written_bytes, counters.written_bytes, seconds),
        reads_per_second=delta_rate(old.reads, counters.reads, seconds),
        writes_per_second=delta_rate(old.writes, counters.writes, seconds),
        receive_bytes_per_second=use.rates.received,
        transmit_bytes_per_second=use.rates.sent,
        retransmits_per_second=use.rates.retransmits,
        network=use.scope,
        network_namespace=use.namespace,
        tasks=counters.tasks,
        tasks_limit=facts.tasks_limit,
        cpu_pressure_percent=facts.cpu_pressure,
        memory_pressure_percent=facts.memory_pressure,
        io_pressure_percent=facts.io_pressure,
    )


def _throttled(before: Counters, now: Counters, seconds: float | None) -> float | None:
    """Percentage of throttled periods. No periods pass while nothing runs; then nothing was throttled."""
    periods = delta_rate(before.periods, now.periods, seconds)
    throttled = delta_rate(before.throttled_periods, now.throttled_periods, seconds)
    if periods is None or throttled is None:
        return None
    return min(100 * throttled / periods, 100.0) if periods else 0.0
