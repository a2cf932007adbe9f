"""The charted values of a snapshot: what history keeps, cluster rows show and totals are made of. Pure."""

from nodetop.model.quantities import CHARTED_QUANTITIES
from nodetop.model.snapshot import ChartedValues, NodeSnapshot

_TAKERS = tuple((each.row, each.taker()) for each in CHARTED_QUANTITIES)


def charted(snapshot: NodeSnapshot) -> ChartedValues:
    """The numbers that history keeps, taken from one snapshot; None where it has none."""
    return ChartedValues(**{name: take(snapshot) for name, take in _TAKERS})
