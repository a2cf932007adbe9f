"""Checks conditions on snapshots, of this host or of a recording."""

from collections.abc import Callable, Iterable, Sequence

from nodetop.commands.check.verdict import Verdict, judge
from nodetop.model.condition import Condition, Found
from nodetop.model.snapshot import NodeSnapshot


def check_snapshots(
    snapshots: Iterable[NodeSnapshot],
    wanted: Sequence[Condition],
    with_all_mounts: Callable[[], NodeSnapshot] | None = None,
) -> list[Verdict]:
    """Each condition on each snapshot. `with_all_mounts` takes one that includes the file systems that are usually
    hidden (tmpfs), for conditions that name one."""

    def found(snapshot: NodeSnapshot, condition: Condition) -> Found:
        first = condition.of_snapshot(snapshot)
        if first.value is not None or with_all_mounts is None or not condition.names_mount:
            return first
        return condition.of_snapshot(with_all_mounts())

    return [
        judge(snapshot.node, condition, found(snapshot, condition)) for snapshot in snapshots for condition in wanted
    ]
