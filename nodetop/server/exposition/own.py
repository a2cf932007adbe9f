"""nodetop's own families: its probes, the top programs and workloads of a node, and the state of the hub. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nodetop.model.hub_api import ClusterSummary
from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics
from nodetop.server.exposition.families import Families
from nodetop.server.exposition.workloads import add_workloads

_STATUSES = ("ok", "unavailable", "failed", "stale")
_NO_USER = ""


@dataclass(frozen=True)
class HubState:
    """What the hub says about itself."""

    version: str
    uptime_seconds: float
    resident_bytes: int | None
    journal_bytes: int
    events: Mapping[str, int]
    """Counts since its start, by name: accepted samples, refusals, errors."""
    has_problem: bool
    spool_samples: int | None
    """Samples that wait to be relayed to a hub above; None if it relays none."""
    spool_dropped: int | None
    remote_write: Mapping[str, Any] | None = None
    """Counts of remote write: sent, refused, dropped, waiting."""


def add_own(families: Families, snapshot: NodeSnapshot, counters: RawCounters | None) -> None:
    """The cost and state of each probe, and the programs and workloads at the top."""
    for probe in snapshot.probes:
        text = "Seconds that the last reading of this probe took."
        families.gauge("nodetop_probe_duration_seconds", text, probe.seconds, probe=probe.name)
        for status in _STATUSES:
            text = "1 for the status of the last reading of this probe, 0 for the others."
            families.gauge("nodetop_probe_status", text, probe.status == status, probe=probe.name, status=status)
    if snapshot.monitor is not None:
        percent = snapshot.monitor.cpu_percent
        text = "The share of one CPU that nodetop itself uses on this node."
        families.gauge("nodetop_monitor_cpu_ratio", text, None if percent is None else percent / 100)
        text = "The resident memory of nodetop itself on this node."
        families.gauge("nodetop_monitor_resident_memory_bytes", text, snapshot.monitor.resident_bytes)
    if snapshot.processes is not None:
        _add_processes(families, snapshot.processes.rows)
        for state in ("running", "sleeping", "stopped", "zombie"):
            count = getattr(snapshot.processes, state)
            families.gauge("nodetop_processes", "Processes by state.", count, state=state)
        families.gauge("nodetop_threads", "Threads of all processes.", snapshot.processes.threads)
    if snapshot.workloads is not None:
        add_workloads(families, snapshot.workloads, counters.workloads if counters else {})


def _add_processes(families: Families, rows: Iterable[ProcessMetrics]) -> None:
    """The top processes, added up by program and user. There is no PID, so that a program that is started again and
    again is one series; there are at most as many series as the sample has rows."""
    cpu: dict[tuple[str, str], float] = {}
    memory: dict[tuple[str, str], float] = {}
    for row in rows:
        key = row.name, row.user or _NO_USER
        if row.cpu_percent is not None:
            cpu[key] = cpu.get(key, 0.0) + row.cpu_percent / 100
        if row.resident_bytes is not None:
            memory[key] = memory.get(key, 0) + row.resident_bytes
    for (name, user), value in cpu.items():
        text = "CPUs in use by the processes of a program that are among the top ones."
        families.gauge("nodetop_top_program_cpu_ratio", text, value, program=name, user=user)
    for (name, user), value in memory.items():
        text = "Resident memory of the processes of a program that are among the top ones."
        families.gauge("nodetop_top_program_resident_memory_bytes", text, value, program=name, user=user)


def add_hub(families: Families, state: HubState, nodes: ClusterSummary) -> None:
    """The state of the hub itself."""
    families.gauge("nodetop_build_info", "The version of nodetop-server.", 1, version=state.version)
    for name in ("up", "late", "stale", "gone"):
        text = "Nodes of all clusters by state."
        families.gauge("nodetop_hub_nodes", text, getattr(nodes, f"nodes_{name}"), state=name)
    families.gauge("nodetop_hub_uptime_seconds", "Seconds since the hub started.", state.uptime_seconds)
    families.gauge("nodetop_hub_resident_memory_bytes", "Resident memory of the hub.", state.resident_bytes)
    families.gauge("nodetop_hub_journal_bytes", "Size of the journal on disk.", state.journal_bytes)
    text = "1 if samples are not accepted or not written at the moment, or the disk failed a short time ago."
    families.gauge("nodetop_hub_problem", text, state.has_problem)
    for name, count in state.events.items():
        text = "What happened since the hub started: samples accepted and rejected, refusals, errors."
        families.counter("nodetop_hub_events_total", text, count, event=name)
    text = "Samples that wait to be sent to the hub above."
    families.gauge("nodetop_hub_spool_samples", text, state.spool_samples)
    text = "Samples that were lost because the spool was full."
    families.counter("nodetop_hub_spool_dropped_total", text, state.spool_dropped)
    if state.remote_write is not None:
        for name in ("sent", "refused", "dropped"):
            text = "Records of remote write: sent, refused by the receiver, dropped for lack of space."
            families.counter("nodetop_remote_write_records_total", text, state.remote_write[name], outcome=name)
        text = "Records of remote write that wait to be sent."
        families.gauge("nodetop_remote_write_waiting_records", text, state.remote_write["waiting"])
