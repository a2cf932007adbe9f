"""How many rows each panel can use, by what the machine has. Lasting facts only: never by values that change. Pure."""

from collections.abc import Callable, Mapping

from nodetop.base.lingering import SteadyRows
from nodetop.model.snapshot import NodeSnapshot
from nodetop.widgets.base.view import View

Wanted = tuple[tuple[str, int], ...]
"""Rows inside the frame, by panel."""
CPU_ROWS = 7
"""A few cores, the largest shares of time below them, and the line of loads."""
_CORE_CELLS = 30
_MOST_CORE_ROWS = 20


def _cpu(snapshot: NodeSnapshot, width: int) -> int:
    cores = len(snapshot.cpu.cores) if snapshot.cpu else 1
    columns = max(2, width // (2 * _CORE_CELLS))
    if cores > 64:
        columns *= 4  # a map
    elif cores > 16:
        columns *= 2
    return min(max(CPU_ROWS, -(-cores // columns) + 1), _MOST_CORE_ROWS)


def _memory(snapshot: NodeSnapshot, width: int) -> int:
    memory = snapshot.memory
    if memory is None:
        return 1
    limited = snapshot.limits is not None and snapshot.limits.memory_limit_bytes is not None
    return 5 + bool(memory.swap_total_bytes) + (memory.zfs_arc_bytes is not None) + limited


def _disks(snapshot: NodeSnapshot, width: int) -> int:
    return _listed(len(snapshot.filesystems or ())) + _listed(len(snapshot.disks or ()))


def _network(snapshot: NodeSnapshot, width: int) -> int:
    return _listed(sum(item.state != "down" for item in snapshot.networks or ()))


def _temperature(snapshot: NodeSnapshot, width: int) -> int:
    return len(snapshot.temperature.sensors) if snapshot.temperature else 0


def _listed(items: int) -> int:
    """A header and a row for each."""
    return items + 1 if items else 0


_WANTED: Mapping[str, Callable[[NodeSnapshot, int], int]] = {
    "cpu": _cpu, "memory": _memory, "disks": _disks, "network": _network, "temperature": _temperature,
}  # fmt: skip


def wanted_rows(view: View, width: int, steady: SteadyRows) -> Wanted:
    """What each panel wants on a screen of this width; less than before only after a minute."""
    snapshot = view.snapshot
    if snapshot is None:
        return ()
    return tuple(
        (name, steady.rows(name, wanted(snapshot, width), snapshot.taken_at)) for name, wanted in _WANTED.items()
    )
