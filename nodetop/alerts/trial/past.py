"""The known past of a node, as the values that one rule judges: points of history, then whole samples. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nodetop.alerts.own_rule import OwnRule
from nodetop.alerts.rule import KINDS, SILENT, Rule
from nodetop.alerts.sample import IN_POINTS, JUDGED, OwnWatches, Reading, Sample, of_point, of_snapshot
from nodetop.alerts.trial.silence import of_gaps
from nodetop.model.derived import highest
from nodetop.model.history import POINT_SECONDS
from nodetop.model.quantities import BY_WORD
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, Stat

NOT_KEPT: Mapping[str, str] = {
    "clock_skew": "history does not keep by how much a node's clock was wrong",
    "certificate": "history does not keep which certificates a hub had",
}
"""Why a built-in rule cannot be tried."""
DERIVED_FROM_POINTS = frozenset({"oom_kills", "full_in_hours"})
TRIABLE = tuple(name for name in KINDS if name not in NOT_KEPT)
"""The built-in rules that can be tried."""


@dataclass(frozen=True)
class NodePast:
    """Points of `step` seconds, and whole samples; both in order of time. `cluster` is empty for a host without one."""

    node: str
    points: Sequence[HistoryPoint] = ()
    samples: Sequence[NodeSnapshot] = ()
    step: float = POINT_SECONDS
    cluster: str = ""


@dataclass(frozen=True)
class Judged:
    """What a rule judges of a node: means of points, and after them the values of whole samples."""

    node: str
    means: Sequence[Sample]
    values: Sequence[Sample]

    @property
    def all(self) -> Iterator[Sample]:
        """In order of time."""
        yield from self.means
        yield from self.values

    @property
    def begins_at(self) -> float | None:
        """The time of the first value; None if there is none."""
        return next((sample.began_at for sample in self.all), None)


def is_in_points(rule: Rule) -> bool:
    """Whether points of history have what a rule judges. If there is one value for each item, they have the worst."""
    if not isinstance(rule, OwnRule):
        return rule.kind.name in DERIVED_FROM_POINTS or BY_WORD[rule.kind.name] in IN_POINTS
    quantity = rule.quantity
    return (
        quantity is not None
        and quantity.chart is not None
        and not (rule.items or rule.is_unchanged)
        and not (rule.kind.below and quantity.whole is highest)
    )


def judged(past: NodePast, rule: Rule, until: float) -> Judged | None:
    """What the rule judges; None if it is not about the node. `until` is the end of what is known of all nodes."""
    if rule.kind.name == SILENT:
        first = past.samples[0].taken_at if past.samples else until
        points = [point for point in past.points if point.at < first]
        return Judged(past.node, [], of_gaps(past.node, points, past.samples, until))
    tags = next((each.host.tags for each in reversed(past.samples) if each.host), ())
    name = past.node.rpartition("/")[2]
    if isinstance(rule, OwnRule) and not rule.holds(past.cluster, name, tags):
        return None
    first = past.samples[0].taken_at if past.samples else float("inf")
    points = [point for point in past.points if point.at + past.step <= first] if is_in_points(rule) else []
    own = OwnWatches({rule.kind.name: rule}).of(past.cluster, name, tags)
    quantity = BY_WORD.get(rule.kind.name)
    quantities = (quantity,) if quantity in JUDGED and not own else ()
    return Judged(
        past.node,
        [_of_point(past, point, rule) for point in points],
        [of_snapshot(sample, own, quantities) for sample in past.samples],
    )


def _of_point(past: NodePast, point: HistoryPoint, rule: Rule) -> Sample:
    sample = of_point(past.node, point, past.step)
    if isinstance(rule, OwnRule):
        stat: Stat | None = getattr(point, rule.quantity.row) if rule.quantity else None
        mean, peak = (stat.mean, stat.max) if stat else (None, None)
        return replace(sample, readings=(Reading(rule.kind.name, mean, peak=peak),))
    return replace(sample, readings=tuple([each for each in sample.readings if each.rule == rule.kind.name]))
