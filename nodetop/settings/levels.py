"""The limits above which values are marked: from the [alerts] table, or else the defaults."""

from collections.abc import Mapping
from typing import Any

from nodetop.alerts.rule import levels
from nodetop.alerts.rules import rules
from nodetop.model.quantities import Levels


def levels_of(alerts: Mapping[str, Any]) -> Levels:
    """The levels of a checked [alerts] table."""
    return levels(rules(alerts))
