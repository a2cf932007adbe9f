"""A number with its unit."""

from dataclasses import dataclass

from nodetop.model.quantity import Unit


@dataclass(frozen=True)
class Amount:
    """None: not known."""

    value: float | str | None
    unit: Unit = "count"
