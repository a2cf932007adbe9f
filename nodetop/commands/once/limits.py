"""For the summary of --once: the node's cgroup limits, probes that failed or are late, and the cost of reading."""

from collections.abc import Iterable

from rich.text import Text

from nodetop.base import units
from nodetop.base.text import clean
from nodetop.commands.once.parts import Block, marked, percent
from nodetop.model.cgroups import CgroupLimits
from nodetop.model.quantities import Levels
from nodetop.model.snapshot import NodeSnapshot
from nodetop.widgets.node.own_cost import silent_mounts


def cpu_limit_lines(limits: CgroupLimits, levels: Levels) -> Iterable[tuple[str, str | Text]]:
    """Label and facts; nothing if the CPU is not limited."""
    if limits.cpu_limit_cores is None:
        return
    facts = Text.assemble(
        f"{units.cores(limits.cpu_limit_cores)} cores, ", marked("cpu_limit", limits.cpu_used_percent, levels), " used"
    )
    if limits.cpu_throttled_percent is not None:
        facts.append(", throttled in ").append_text(marked("throttled", limits.cpu_throttled_percent, levels)).append(
            " of periods"
        )
    yield "CPU limit", facts


def memory_limit_lines(limits: CgroupLimits, levels: Levels) -> Iterable[tuple[str, str | Text]]:
    """Label and facts; nothing if memory is not limited."""
    kinds = (("", limits.memory_limit_bytes), ("slowed down from ", limits.memory_high_bytes))
    known = [f"{kind}{units.size(size)}" for kind, size in kinds if size is not None]
    if known:
        used = f" used: {units.size(limits.memory_used_bytes)} of {', '.join(known)}"
        kills = "" if limits.oom_kills is None else f", {limits.oom_kills} OOM kills"
        yield "Memory limit", Text.assemble(marked("memory_limit", limits.memory_used_percent, levels), used, kills)
    if limits.pids_limit is not None:
        yield "Process limit", f"{units.count(limits.pids_used)} of {limits.pids_limit}"


def late_lines(snapshot: NodeSnapshot) -> Block:
    """The probes that returned nothing, a part or old data, and why; the mounts that do not respond."""
    lines = []
    for report in snapshot.probes:
        old = report.age_seconds if report.status == "stale" else None
        status = report.status if report.status != "ok" else None
        facts = (status, old and f"{units.age(old)} old", report.reason)
        if status or report.reason:
            lines.append(f"{clean(report.name)}: {', '.join(clean(fact) for fact in facts if fact)}")
    lines += [f"filesystems: {clean(mount)} does not answer" for mount in silent_mounts(snapshot.filesystems or ())]
    return [Text(f"\n{line}") for line in lines]


def cost_lines(snapshot: NodeSnapshot) -> Block:
    """What nodetop itself used, in one line."""
    cost = snapshot.monitor
    if cost is None:
        return []
    took = units.milliseconds(None if cost.sampling_seconds is None else 1000 * cost.sampling_seconds)
    unit = "" if cost.sampling_seconds is None or took.endswith("s") else " ms"
    return [
        Text(f"\nnodetop: {percent(cost.cpu_percent)} CPU, {units.size(cost.resident_bytes)}, read in {took}{unit}")
    ]
