"""Nodes in groups: by the values of a tag (`role=web`), by other tags, or by cluster. Pure."""

from collections.abc import Iterable, Sequence

from nodetop.base.text import clean
from nodetop.model.node_status import REPORTING
from nodetop.model.snapshot import NodeStatus

CLUSTER, TAG = "cluster", "tag"
"""Kinds of groups besides the keys of tags: TAG is for tags without a value."""
NONE = "(none)"
_MOST_KINDS = 32


def kinds(nodes: Iterable[NodeStatus]) -> list[str]:
    """The ways in which these nodes can be grouped."""
    rows = list(nodes)
    keys = {_key(tag) for row in rows for tag in row.tags}
    of_tags = sorted(keys - {TAG})[:_MOST_KINDS] + ([TAG] if TAG in keys else [])
    return of_tags + ([CLUSTER] if len({row.cluster for row in rows}) > 1 else [])


def _key(tag: str) -> str:
    key, equals, _ = tag.partition("=")
    return key if equals else TAG


def group_of(row: NodeStatus, kind: str) -> str:
    """The group of a node."""
    if kind == CLUSTER:
        return row.cluster or NONE
    values = [tag.partition("=")[2] or tag for tag in row.tags if _key(tag) == kind]
    return " ".join(sorted(values)) or NONE


def with_headings(rows: Iterable[NodeStatus], kind: str) -> list[NodeStatus | str]:
    """The rows by group, each with a heading before it; within a group they keep their order. Without a group last."""
    groups: dict[str, list[NodeStatus]] = {}
    for row in rows:
        groups.setdefault(group_of(row, kind), []).append(row)
    found: list[NodeStatus | str] = []
    for name in sorted(groups, key=lambda name: (name == NONE, name)):
        found += [_heading(kind, name, groups[name]), *groups[name]]
    return found


def _heading(kind: str, name: str, rows: Sequence[NodeStatus]) -> str:
    """ "role=web: 12 nodes, 11 up, cpu 34% max 90%" """
    up = sum(row.state in REPORTING for row in rows)
    parts = [f"{len(rows)} node{'s' * (len(rows) > 1)}", *([f"{up} up"] if up < len(rows) else [])]
    busy = [row.cpu_busy_percent for row in rows if row.cpu_busy_percent is not None and row.state in REPORTING]
    if busy:
        parts.append(f"cpu {sum(busy) / len(busy):.0f}% max {max(busy):.0f}%")
    return f"{clean(kind)}={clean(name)}: {', '.join(parts)}"
