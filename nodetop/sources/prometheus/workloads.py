"""Workloads of one node, from the answers of a store. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nodetop.base.text import clean
from nodetop.model.cgroups import WorkloadMetrics, WorkloadSummary
from nodetop.probes.workloads.kinds import POD_ID, SHORT_ID, Kind
from nodetop.probes.workloads.nesting import Nesting
from nodetop.sources.prometheus.exporters import NETWORK, OWN, WORKLOAD, Exporter
from nodetop.sources.prometheus.labels import Labels, Target
from nodetop.sources.prometheus.promql import Values

_WHOLE = {"memory_bytes", "memory_limit_bytes", "memory_high_bytes", "swap_bytes", "oom_kills", "tasks", "tasks_limit"}
_NETWORK = ("receive_bytes_per_second", "transmit_bytes_per_second")
_MOST_DEPTH = 32
_LONGEST = 4096
_SANDBOX = "POD"
"""How cAdvisor calls the container that holds a pod's network."""

Identity = tuple[str, ...]


def workloads_of(values: Values, exporter: Exporter, count: int) -> WorkloadSummary | None:
    """All workloads that the answers are about, of `count`; None if there are none."""
    found: dict[Identity, dict[str, Any]] = {}
    for name in exporter.fields:
        for each in values.get(WORKLOAD + name, ()):
            identity = tuple(each.labels.get(label, "") for label in exporter.identity)
            fields = found.setdefault(identity, {})
            fields[name] = each.value
            if name in _NETWORK:
                fields["network"] = exporter.network or clean(each.labels.get(NETWORK, "")) or None
    if not found:
        return None
    rows = list(_own_rows(found) if exporter is OWN else _cadvisor_rows(found))
    kinds = [row.kind for row in rows]
    is_all = count <= len(rows)
    return WorkloadSummary(
        total=max(count, len(rows)),
        containers=kinds.count("container") if is_all else None,
        pods=kinds.count("pod") if is_all else None,
        units=kinds.count("unit") + kinds.count("user_unit") if is_all else None,
        rows=tuple({row.group: row for row in reversed(rows)}.values())[::-1],
    )


def workloads_by_node(values: Values, labels: Labels) -> dict[Target, WorkloadSummary]:
    """nodetop's own, of all nodes that have any."""
    by_node: dict[Target, Values] = {}
    for name, found in values.items():
        for each in found:
            by_node.setdefault(labels.target(each.labels), {}).setdefault(name, []).append(each)
    summaries = {target: workloads_of(each, OWN, 0) for target, each in by_node.items()}
    return {target: summary for target, summary in summaries.items() if summary is not None}


def _own_rows(found: Mapping[Identity, Mapping[str, Any]]) -> Iterator[WorkloadMetrics]:
    """nodetop exposes the innermost workloads, with their names."""
    kinds = _nested(group for group, _, _ in found).kinds
    for (group, kind, name), fields in found.items():
        yield _row(fields, kinds.get(group), group=group, kind=clean(kind) or "group", name=clean(name))


def _cadvisor_rows(found: Mapping[Identity, Mapping[str, Any]]) -> Iterator[WorkloadMetrics]:
    """cAdvisor exposes all groups; only some are workloads."""
    nesting = _nested(identity[0] for identity in found)
    outer = set(nesting.parents.values())
    for identity, fields in found.items():
        group, name, namespace, pod, container, old_pod, old_container = identity
        kind = nesting.kinds.get(group)
        if kind is not None:
            yield _row(
                fields,
                kind,
                group=group,
                kind=kind.kind,
                name=_name(kind, name, namespace, pod or old_pod, container or old_container),
                parent=clean(nesting.parents[group], _LONGEST),
                is_outer=group in outer,
            )


def _nested(groups: Iterable[str]) -> Nesting:
    """Paths are another machine's: those that no kernel has are no workloads."""
    nesting = Nesting()
    for group in sorted(set(groups)):
        if len(group) <= _LONGEST and group.startswith("/") and group.count("/") <= _MOST_DEPTH:
            nesting.add(group)
    return nesting


def _name(kind: Kind, name: str, namespace: str, pod: str, container: str) -> str:
    """As the probe names them: NAMESPACE/POD/CONTAINER, else the container's own name, else what the path says."""
    if kind.kind not in ("container", "pod"):
        return clean(kind.name)
    if pod:
        inner = "(sandbox)" if container == _SANDBOX else container or kind.name
        return clean("/".join(filter(None, (namespace, pod, inner if kind.kind == "container" else ""))))
    return clean(name if name and name != kind.id else kind.name)


def _row(fields: Mapping[str, Any], about: Kind | None, *, group: str, **facts: Any) -> WorkloadMetrics:
    values = {
        name: round(value) if name in _WHOLE else value
        for name, value in fields.items()
        if name == "network" or value >= 0
    }
    cpu, cores, memory = (values.get(name) for name in ("cpu_percent", "cpu_limit_cores", "memory_bytes"))
    least = min(filter(None, map(values.get, ("memory_limit_bytes", "memory_high_bytes"))), default=None)
    if about is not None:
        facts |= {"runtime": about.runtime, "id": about.id[: POD_ID if about.kind == "pod" else SHORT_ID] or None}
    return WorkloadMetrics(
        group=clean(group, _LONGEST),
        cpu_limit_percent=None if cpu is None or not cores else cpu / cores,
        memory_used_percent=None if memory is None or not least else 100 * memory / least,
        **facts,
        **values,
    )
