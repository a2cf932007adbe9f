"""`nodetop --check` for the nodes of a hub: one query for what its rows contain, and one per node for the rest."""

from collections.abc import Sequence

from nodetop.base import units
from nodetop.commands.base.hub import ask, opened
from nodetop.commands.base.past import Asked, asked_at, parse_at
from nodetop.commands.check.verdict import Verdict, judge, unknown
from nodetop.model.condition import Condition
from nodetop.model.node_status import REPORTING
from nodetop.model.snapshot import NodeSnapshot, NodeStatus
from nodetop.settings.options import Settings
from nodetop.sources.source import SourceError


def check_cluster(
    settings: Settings, node: str | None, wanted: Sequence[Condition], at: str | None = None
) -> list[Verdict] | None:
    """All nodes of the hub given in the settings, or one. None if the hub does not answer; the reason is printed.
    Raises click.UsageError."""
    verdicts: list[Verdict] = []
    moment = parse_at(at)

    async def run() -> None:
        async with opened(settings) as source:
            verdicts.extend(await check_nodes(asked_at(source, moment), source.name, node, wanted))

    return verdicts if ask(run()) else None


async def check_nodes(source: Asked, name: str, node: str | None, wanted: Sequence[Condition]) -> list[Verdict]:
    """All nodes, or one. Raises SourceError if the hub does not answer."""
    _, rows = await source.overview()
    if node is not None:
        rows = tuple(row for row in rows if row.node == node)
        if not rows:
            return unknown(node, wanted, f"the hub has no node {node}")
    if not rows:
        return unknown(name, wanted, "no node has reported to this hub")
    return [verdict for row in rows for verdict in await _check_node(source, row, wanted)]


async def _check_node(source: Asked, row: NodeStatus, wanted: Sequence[Condition]) -> list[Verdict]:
    if row.state not in REPORTING:
        return unknown(row.node, wanted, f"no report for {units.duration(row.age_seconds)} ({row.state})")
    verdicts: list[Verdict] = []
    snapshot: NodeSnapshot | None = None
    for condition in wanted:
        found = condition.of_row(row)
        if found is None:
            try:
                snapshot = snapshot or await source.snapshot(row.node)
            except SourceError as error:
                verdicts += unknown(row.node, [condition], str(error))
                continue
            found = condition.of_snapshot(snapshot)
        verdicts.append(judge(row.node, condition, found))
    return verdicts
