"""Looks up a quantity in a snapshot, for the node or for one of its items, or says why it is missing. Pure."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from nodetop.model.derived import highest
from nodetop.model.item_kinds import PROCESS, ItemKind
from nodetop.model.quantity import Quantity
from nodetop.model.snapshot import NodeSnapshot

NOT_HERE = "not available here"


class Found(Struct, frozen=True):
    """A value, or None and the reason why it is not available. `at_least`: only a part was seen, so it may be more."""

    value: float | None
    reason: str = NOT_HERE
    at_least: bool = False


def find(quantity: Quantity, snapshot: NodeSnapshot, item: str = "") -> Found:
    """The single value, or the value of the named item. If several items have this name, the highest."""
    if not item:
        return Found(_single(quantity, snapshot))
    kind = quantity.each
    if kind is None:
        return Found(None, f"{quantity.name} is a value of the whole node")
    if quantity.each is PROCESS:
        return _processes(snapshot, item)
    meant = _meant(kind, snapshot, item)
    if not meant:
        return Found(None, kind.missing.format(item))
    return Found(highest(meant, quantity.of_item), kind.silent(meant[0], item))


def _meant(kind: ItemKind, snapshot: NodeSnapshot, item: str) -> Sequence[Any]:
    return [each for each in kind.items(snapshot) or () if kind.is_called(each, item)]


def _single(quantity: Quantity, snapshot: NodeSnapshot) -> float | None:
    memory = snapshot.memory
    if quantity.name == "swap" and memory is not None and memory.swap_total_bytes == 0:
        return 0.0  # without swap, none is used
    return quantity.of(snapshot)


def _processes(snapshot: NodeSnapshot, name: str) -> Found:
    """How many processes have this name. For some nodes only the top processes are known."""
    processes = snapshot.processes
    if processes is None:
        return Found(None)
    count = sum(PROCESS.counts(each) for each in _meant(PROCESS, snapshot, name))
    seen, total = len(processes.rows), processes.total
    if total is not None and seen < total:
        if processes.counts is not None and "/" not in name:
            return _as_counted(processes.counts.get(name, 0), snapshot)
        return Found(float(count), f"only the top {seen} of {total} processes are known", at_least=True)
    return _as_counted(count, snapshot)


def _as_counted(count: int, snapshot: NodeSnapshot) -> Found:
    """A number of processes, if none are hidden from the probe."""
    hidden = next((each.reason for each in snapshot.probes if each.name == "processes" and each.status == "ok"), None)
    return Found(float(count), hidden or "", at_least=hidden is not None)
