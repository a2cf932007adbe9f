"""The charted values of a snapshot: what history keeps, cluster rows show and totals are made of. Pure."""

from nodetop.model.quantities import CHARTED_QUANTITIES
from nodetop.model.snapshot import ChartedValues, NodeSnapshot


def charted(snapshot: NodeSnapshot) -> ChartedValues:
    """The numbers that history keeps, taken from one snapshot; None where it has none."""
    return ChartedValues(**{each.row: each.of(snapshot) for each in CHARTED_QUANTITIES})
