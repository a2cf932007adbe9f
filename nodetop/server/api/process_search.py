"""The top processes over all nodes, searched node by node, so that pushes can be handled in between."""

from collections.abc import Iterable

from nodetop.model.cluster_totals import TopProcesses
from nodetop.model.hub_api import ProcessesReply
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.base.read_turns import Slices


async def processes_reply(
    cluster: str, nodes: Iterable[tuple[str, str, NodeSnapshot]], match: str, sort: str, limit: int
) -> ProcessesReply:
    """See TopProcesses; `nodes` are cluster, name and snapshot."""
    top = TopProcesses(match, sort, limit)
    slices = Slices()
    for node in nodes:
        top.add(*node)
        await slices.pause()
    return ProcessesReply(cluster=cluster, matched=top.matched, rows=top.rows())
