"""Metric families: names with their type, help and values, independent of the format they are written in. Pure."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nodetop.base.text import clean

Labels = tuple[tuple[str, str], ...]
_LONGEST_LABEL = 1024
"""Characters. Mimir refuses a label of more than 2,048."""


@dataclass(frozen=True)
class Family:
    """All values of one metric name. kind is counter, gauge or unknown. Two values with the same labels cannot be: the
    later one counts, because Prometheus refuses a page that has both."""

    name: str
    kind: str
    help: str
    samples: dict[Labels, float] = field(default_factory=dict)


class Families:
    """Collects the families of one page, with `labels` on all values that are added."""

    def __init__(self) -> None:
        self._families: dict[str, Family] = {}
        self.labels: Labels = ()

    def __iter__(self) -> Iterator[Family]:
        return iter(self._families.values())

    def gauge(self, name: str, text: str, value: float | None, **labels: str) -> None:
        self._add(name, "gauge", text, value, labels)

    def counter(self, name: str, text: str, value: float | None, **labels: str) -> None:
        """`name` has the ending _total."""
        self._add(name, "counter", text, value, labels)

    def unknown(self, name: str, text: str, value: float | None, **labels: str) -> None:
        """A counter that node_exporter does not declare as one."""
        self._add(name, "unknown", text, value, labels)

    def _add(self, name: str, kind: str, text: str, value: float | None, labels: Mapping[str, str]) -> None:
        """A value that is not available has no line. Labels are cleaned: a node may send any names."""
        if value is None or not math.isfinite(value):
            return
        family = self._families.get(name)
        if family is None:
            family = self._families[name] = Family(name, kind, text)
        cleaned = ((key, clean(label, _LONGEST_LABEL)) for key, label in labels.items())
        family.samples[*self.labels, *cleaned] = float(value)
