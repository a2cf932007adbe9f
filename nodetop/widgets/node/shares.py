"""How the CPU's time is spent: the largest shares first, none that is empty, and together they are all. Pure."""

from nodetop.base import units
from nodetop.base.lingering import Lingering
from nodetop.base.text import fit_right
from nodetop.drawing.runs import Line, line_width
from nodetop.model.snapshot import CpuMetrics, NodeSnapshot
from nodetop.widgets.base.series import SeriesKeeper, Value
from nodetop.widgets.base.view import View

FIELDS = {
    "user": "user_percent", "system": "system_percent", "nice": "nice_percent", "iowait": "iowait_percent",
    "steal": "steal_percent", "irq": "irq_percent",
}  # fmt: skip
"""They add up to what is not idle. Guest time is part of user and nice."""
Share = tuple[str, float | None]
LEAST_PERCENT = 0.05
"""Less than this reads 0.0."""
OTHERS = "other"
_SAMPLES = 15
_CLEARLY = 1.2
_VALUES: dict[str, Value] = {}


def _value_of(field: str) -> Value:
    def value(snapshot: NodeSnapshot) -> float | None:
        percent: float | None = getattr(snapshot.cpu, field) if snapshot.cpu else None
        return percent

    return value


_VALUES.update({name: _value_of(field) for name, field in FIELDS.items()})


class Shares:
    """The shares in an order that changes only when another one was clearly larger over the last half minute. A share
    that was shown stays for a minute."""

    def __init__(self, series: SeriesKeeper) -> None:
        self._series = series
        self._lingering = Lingering()
        self._order = list(FIELDS)

    def shown(self, view: View) -> list[Share]:
        """Each share with its value, the largest first."""
        cpu = (view.snapshot.cpu if view.snapshot else None) or CpuMetrics()
        at = view.snapshot.taken_at if view.snapshot else 0.0
        values: dict[str, float | None] = {name: getattr(cpu, field) for name, field in FIELDS.items()}
        self._sort(view)
        return [
            (name, values[name])
            for name in self._order
            if self._lingering.stays(name, (values[name] or 0.0) >= LEAST_PERCENT, at)
        ]

    def _sort(self, view: View) -> None:
        means = {name: _mean(self._series.last(view, name, value, _SAMPLES)) for name, value in _VALUES.items()}
        order = self._order
        for end in range(len(order) - 1, 0, -1):
            for index in range(end):
                if means[order[index + 1]] > _CLEARLY * means[order[index]]:
                    order[index : index + 2] = order[index + 1], order[index]


def _mean(values: list[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0


def at_most(shares: list[Share], room: int) -> list[Share]:
    """So many of the shares; if that is not all of them, the last one is the sum of the others."""
    if len(shares) <= room:
        return shares
    if sum(value or 0.0 for _, value in shares[room:]) < LEAST_PERCENT:
        return shares[:room]
    rest = sum(value or 0.0 for _, value in shares[max(room - 1, 0) :])
    return [*shares[: max(room - 1, 0)], (OTHERS, rest)][:room]


def in_words(shares: list[Share], width: int) -> list[Line]:
    """Pieces `user 24.1`, as many as fit so many cells with two blanks between them."""
    for room in range(len(shares), 0, -1):
        pieces: list[Line] = [
            [("label", name), ("value" if value else "dim", fit_right(tenths(value), 5))]
            for name, value in at_most(shares, room)
        ]
        if sum(line_width(piece) + 2 for piece in pieces) <= width + 2:
            return pieces
    return []


def tenths(value: float | None) -> str:
    """A percentage with a decimal, without it from 100 on."""
    return units.percent(value, 1 if value is None or value < 99.95 else 0)
