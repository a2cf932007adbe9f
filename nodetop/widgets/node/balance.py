"""The balance: what the busy time of the CPUs and the memory were used for, as one line each."""

from collections.abc import Sequence

from nodetop.base import units
from nodetop.base.text import clean, fit_right
from nodetop.drawing.runs import Line
from nodetop.model.snapshot import Balance
from nodetop.widgets.base.panel_parts import in_a_row, percent_field, scaled
from nodetop.widgets.base.view import View

_MOST_NAME = 15
_LEAST_PERCENT = 5.0
_LARGE_PART = 0.3


def balance_of(view: View) -> Balance:
    return (view.snapshot.balance if view.snapshot else None) or Balance()


def is_unlisted(balance: Balance, busy: float | None) -> bool:
    """Whether much of the busy time belongs to no process of the list, so that the list alone misleads."""
    if busy is None or balance.cpu_ended_percent is None or balance.cpu_other_percent is None:
        return False
    unlisted = balance.cpu_ended_percent + balance.cpu_other_percent
    return unlisted >= max(_LEAST_PERCENT, _LARGE_PART * busy)


def cpu_parts(balance: Balance, busy: float | None) -> list[Line]:
    """Pieces `listed  12`; their whole numbers add up to that of the busy share. Empty if they are not known."""
    named = (
        ("listed", balance.cpu_listed_percent), ("ended", balance.cpu_ended_percent),
        ("kernel", balance.cpu_kernel_percent), ("other", balance.cpu_other_percent),
        ("steal", balance.cpu_steal_percent),
    )  # fmt: skip
    known = [(name, value) for name, value in named if value is not None]
    if busy is None or len(known) < len(named):
        return []
    shown = zip(known, whole_numbers([value for _, value in known], busy), strict=True)
    return [
        [("label", name), ("value" if number else "dim", fit_right(str(number), 4))]
        for (name, _), number in shown
        if number or name != "steal"
    ]


def cpu_balance(view: View, width: int) -> Line | None:
    """`busy  93%  listed  12  ended  71  kernel   6  other   4  of make (4711)`; None if it is not known."""
    cpu, balance = view.snapshot.cpu if view.snapshot else None, balance_of(view)
    busy = cpu.busy_percent if cpu else None
    parts = cpu_parts(balance, busy)
    if not parts:
        return None
    head: Line = [("label", "busy "), (scaled("load", busy), percent_field(busy))]
    return in_a_row([head, *parts, *ended_parent(balance)], width)


def ended_parent(balance: Balance) -> list[Line]:
    """Whose children ended, if they used much."""
    if balance.ended_parent is None or (balance.cpu_ended_percent or 0.0) < _LEAST_PERCENT:
        return []
    name = clean(balance.ended_parent, _MOST_NAME)
    return [[("label", "ended: children of "), ("value", name), ("dim", f" ({balance.ended_parent_pid})")]]


def memory_balance(view: View, width: int) -> Line | None:
    """`processes 25.1G  kernel  3.1G  other  3.1G  cache 18.8G  free 12.6G`; None if it is not known."""
    balance = balance_of(view)
    if balance.memory_other_bytes is None:
        return None
    named = (
        ("processes", balance.memory_processes_bytes), ("kernel", balance.memory_kernel_bytes),
        ("other", balance.memory_other_bytes), ("cache", balance.memory_cache_bytes),
        ("free", balance.memory_free_bytes), ("huge pages", balance.memory_huge_pages_bytes or None),
    )  # fmt: skip
    return in_a_row(
        [[("label", name), ("value", fit_right(units.size(value), 6))] for name, value in named if value is not None],
        width,
    )


def whole_numbers(parts: Sequence[float], whole: float) -> list[int]:
    """The parts as whole numbers whose sum is the whole as a whole number: those with the largest rest are rounded
    up."""
    numbers = [int(part) for part in parts]
    missing = round(whole) - sum(numbers)
    by_rest = sorted(range(len(parts)), key=lambda index: parts[index] - numbers[index], reverse=True)
    for index in by_rest[: max(missing, 0)]:
        numbers[index] += 1
    return numbers
