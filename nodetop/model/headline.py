"""The charted values of a snapshot: those that history keeps, cluster rows show and totals use. Pure."""

from nodetop.model.quantities import CHARTED_QUANTITIES
from nodetop.model.snapshot import ChartedValues, NodeSnapshot

_TAKERS = tuple((each.row, each.taker()) for each in CHARTED_QUANTITIES)


def charted(snapshot: NodeSnapshot) -> ChartedValues:
    """The numbers that history keeps, taken from one snapshot; None for missing ones."""
    return ChartedValues(**{name: take(snapshot) for name, take in _TAKERS})
