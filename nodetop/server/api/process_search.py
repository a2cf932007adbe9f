"""The top processes and workloads over all nodes, searched node by node, so that pushes can be handled in between."""

from collections.abc import Iterable

from nodetop.model.cluster_totals import TopProcesses, TopWorkloads
from nodetop.model.hub_api import ProcessesReply, WorkloadsReply
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.base.read_turns import Slices


async def processes_reply(
    cluster: str, nodes: Iterable[tuple[str, str, NodeSnapshot]], match: str, sort: str, limit: int
) -> ProcessesReply:
    """See TopProcesses; `nodes` are cluster, name and snapshot."""
    top = TopProcesses(match, sort, limit)
    await _search(top, nodes)
    return ProcessesReply(cluster=cluster, matched=top.matched, rows=top.rows())


async def workloads_reply(
    cluster: str, nodes: Iterable[tuple[str, str, NodeSnapshot]], match: str, sort: str, limit: int
) -> WorkloadsReply:
    """See TopWorkloads; `nodes` are cluster, name and snapshot."""
    top = TopWorkloads(match, sort, limit)
    await _search(top, nodes)
    return WorkloadsReply(cluster=cluster, matched=top.matched, total=top.total, rows=top.rows())


async def _search(top: TopProcesses | TopWorkloads, nodes: Iterable[tuple[str, str, NodeSnapshot]]) -> None:
    slices = Slices()
    for node in nodes:
        top.add(*node)
        await slices.pause()
