"""Which labels of a store name its nodes, and the nodes as they are named here. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from nodetop.base.text import clean
from nodetop.sources.prometheus.promql import quoted


class Target(NamedTuple):
    """The values of the labels that identify a node, exactly as the store has them. Empty: there is no such label."""

    cluster: str
    node: str
    job: str


@dataclass(frozen=True)
class Labels:
    """The names of the labels, and the user's own selector, e.g. `job="node",env="prod"`."""

    node: str = "instance"
    cluster: str = "cluster"
    selector: str = ""
    job: str = "job"

    @property
    def names(self) -> tuple[str, str, str]:
        """Those that identify a node."""
        return self.cluster, self.node, self.job

    @property
    def by(self) -> str:
        """Aggregates to one value for each node."""
        return self.by_also()

    def by_also(self, *more: str) -> str:
        """Aggregates to one value for each node and these labels."""
        return f"by ({', '.join((*self.names, *more))})"

    def target(self, labels: Mapping[str, str]) -> Target:
        return Target(*(labels.get(name, "") for name in self.names))

    def of(self, target: Target) -> str:
        """A selector for one node."""
        return self.joined(*(f"{name}={quoted(value)}" for name, value in zip(self.names, target, strict=True)))

    def joined(self, *selectors: str) -> str:
        """Selectors together with the user's."""
        return ",".join(each for each in (self.selector.strip().strip("{}"), *selectors) if each)


class Names:
    """The nodes by their name here. Nodes without a cluster, and those of the cluster that had the most nodes at first,
    go by their plain names. Others are CLUSTER/NODE. A node that two jobs expose is shown once: the first that is
    sampled, so that a job that was renamed does not hide its nodes behind the old ones."""

    def __init__(self) -> None:
        self.own: str | None = None
        self._targets: dict[str, Target] = {}

    def add(self, targets: Iterable[Target], is_sampled: Callable[[Target], bool]) -> None:
        """`is_sampled`: whether the target has a current sample."""
        known = [target for target in targets if target.node]
        clusters = Counter(target.cluster for target in known if target.cluster)
        if self.own is None and clusters:
            self.own = clusters.most_common(1)[0][0]
        for target in sorted(known):
            shown = self._targets.setdefault(self.name(target), target)
            if shown != target and is_sampled(target) and not is_sampled(shown):
                self._targets[self.name(target)] = target

    def name(self, target: Target) -> str:
        """The name of a node here."""
        node = clean(target.node)
        return node if target.cluster in ("", self.own) else clean(f"{target.cluster}/{target.node}")

    def target(self, name: str) -> Target | None:
        """The reverse of `name`; None for an unknown node."""
        return self._targets.get(name)

    def is_known(self, target: Target) -> bool:
        """Whether it is this target that is shown under its name."""
        return self._targets.get(self.name(target)) == target
