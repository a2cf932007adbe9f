"""The balance of CPU and memory, from what the probes of both and of processes have read. Pure.

The parts come from counters that differ a little: /proc/stat counts ticks, processes nanoseconds, and they are not read
at the same instant. So each part is at most what the parts before it left, and the sum is always exact.
"""

from collections.abc import Iterable
from typing import TypeVar

from nodetop.base.text import clean
from nodetop.probes.balance.groups import GroupsUsage
from nodetop.probes.balance.spent import Spent
from nodetop.probes.cpu.times import Shares
from nodetop.probes.memory import MemoryReading
from nodetop.probes.processes.rows import ProcessesReading, ProcessRecord
from nodetop.probes.processes.stat import NANOSECONDS_PER_TICK

N = TypeVar("N", int, float)
Numbers = dict[str, float | int | str | None]


def cpu_parts(
    shares: Shares, used: Spent, groups: tuple[GroupsUsage | None, GroupsUsage | None], processes: ProcessesReading
) -> Numbers:
    """The fields of Balance about the CPU. Their sum is the busy share. `groups` are their usage before and now."""
    percent = 100 / (shares.ticks * NANOSECONDS_PER_TICK)
    of_children = sum(used.ended.values())
    names = ("cpu_steal_percent", "cpu_kernel_percent", "cpu_listed_percent", "cpu_ended_percent")
    wanted = (
        shares.steal,
        shares.irq + used.kernel_threads * percent,
        used.listed * percent,
        max(of_children, _ended_in_groups(used, *groups)) * percent,
    )
    parts: Numbers = dict(_fitted(zip(names, wanted, strict=True), shares.busy, "cpu_other_percent"))
    parent = max(used.ended, key=used.ended.__getitem__, default=None)
    record = None if parent is None else processes.records.get(parent)
    if record is not None and parent is not None and used.ended[parent]:
        parts |= {"ended_parent": clean(record.stat.comm), "ended_parent_pid": parent}
    return parts


def _ended_in_groups(used: Spent, before: GroupsUsage | None, now: GroupsUsage | None) -> int:
    """What the groups used without their listed processes: also time of ended processes that no parent waited for."""
    grown = None if now is None else now.grown(before)
    if grown is None or now is None:
        return 0
    return grown - used.listed - (used.kernel_threads if now.with_kernel_threads else 0)


def memory_parts(memory: MemoryReading, records: Iterable[ProcessRecord]) -> Numbers:
    """The fields of Balance about memory. Their sum is the total."""
    if memory.total is None:
        return {}
    own = sum([record.own_bytes for record in records])
    parts = {
        "memory_free_bytes": memory.free or 0,
        "memory_cache_bytes": memory.cached + memory.buffers + memory.reclaimable,
        "memory_kernel_bytes": memory.unreclaimable + memory.kernel_stacks + memory.page_tables
        + memory.second_page_tables + memory.per_cpu,
        "memory_huge_pages_bytes": memory.huge_pages or 0,
        "memory_processes_bytes": own if memory.anonymous is None else min(own, memory.anonymous),
    }  # fmt: skip
    return dict(_fitted(parts.items(), memory.total, "memory_other_bytes"))


def _fitted(parts: Iterable[tuple[str, N]], whole: N, rest: str) -> Iterable[tuple[str, N]]:
    for name, value in parts:
        part = min(max(value, value * 0), whole)
        whole -= part
        yield name, part
    yield rest, whole
