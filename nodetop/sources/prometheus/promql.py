"""Queries in PromQL: many expressions in one request, each with its name in a label. Pure."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nodetop.sources.prometheus.http import Series

PART = "nodetop_part"
"""The label that says to which expression a series of an answer belongs."""
_ABOVE_ALL = 1e18
_LEAST_COVERED, _MOST_COVERED = 0.01, 1.1
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True)
class Part:
    """One expression, and the name of its result."""

    name: str
    query: str


@dataclass(frozen=True)
class Value:
    """One series of a result at one time."""

    labels: dict[str, str]
    value: float


Values = dict[str, list[Value]]
"""The results of some parts at one time, by name; a part without any value is missing."""


def batch(parts: Sequence[Part]) -> str:
    """One query for all parts: a balanced tree, because a store compares all series on both sides of each `or`."""
    if len(parts) > 1:
        middle = len(parts) // 2
        return f"({batch(parts[:middle])} or {batch(parts[middle:])})"
    return f'label_replace({parts[0].query}, "{PART}", "{parts[0].name}", "", "")'


def covered(clock_rate: str) -> str:
    """An expression of the share of a window that has samples, by the rate of the node's clock; see share_covered."""
    return f"({clock_rate} > {_LEAST_COVERED} < {_MOST_COVERED} or vector(1))"


def share_covered(clock_rate: float | None) -> float:
    """The share of a window that has samples; 1 if there is no clock, or it was set in this window."""
    return clock_rate if clock_rate is not None and _LEAST_COVERED < clock_rate < _MOST_COVERED else 1.0


def quoted(value: str) -> str:
    """A label's value in a selector, whatever it contains."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def is_label(name: str) -> bool:
    """Whether this can be the name of a label."""
    return _LABEL.fullmatch(name) is not None


def number(text: str) -> float | None:
    """A value; None if it is not finite, or larger than anything real."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value + 0.0 if math.isfinite(value) and abs(value) <= _ABOVE_ALL else None  # which makes -0 a 0


def values_of(series: Iterable[Series]) -> Values:
    """The values of an answer to an instant query."""
    found: Values = {}
    for each in series:
        value = None if each.value is None else number(each.value[1])
        if value is not None:
            found.setdefault(each.metric.get(PART, ""), []).append(Value(each.metric, value))
    return found


def values_by_time(series: Iterable[Series]) -> dict[float, Values]:
    """The values of an answer to a range query, by time, oldest first."""
    found: dict[float, Values] = {}
    for each in series:
        name = each.metric.get(PART, "")
        for at, text in each.values:
            value = number(text)
            if value is not None:
                found.setdefault(at, {}).setdefault(name, []).append(Value(each.metric, value))
    return dict(sorted(found.items()))


def typical_gap(times: Sequence[float]) -> float | None:
    """The median of the seconds between the samples of a series; None with fewer than three."""
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    return gaps[len(gaps) // 2] if len(gaps) >= 2 else None
