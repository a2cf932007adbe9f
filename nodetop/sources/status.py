"""A node's row in a list of nodes, made from its latest snapshot. Pure."""

import msgspec

from nodetop.headline import charted
from nodetop.model import NodeSnapshot, NodeStatus


def status(snapshot: NodeSnapshot, now: float) -> NodeStatus:
    """The row, `now` being the UTC wall time that its age is counted to."""
    host, memory, processes = snapshot.host, snapshot.memory, snapshot.processes
    return NodeStatus(
        **msgspec.structs.asdict(charted(snapshot)),
        node=snapshot.node,
        age_seconds=max(now - snapshot.taken_at, 0.0),
        boot_id=snapshot.boot_id,
        uptime_seconds=host.uptime_seconds if host else None,
        cpu_count=host.cpu_count if host else None,
        memory_total_bytes=memory.total_bytes if memory else None,
        processes_total=processes.total if processes else None,
        os=host.os if host else None,
    )
