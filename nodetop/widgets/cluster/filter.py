"""What the filter of the list of nodes understands: see base.terms for the language. Pure."""

from nodetop.base.terms import Name
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.language import Language, Texts, Value

_FIELDS: tuple[tuple[Name, Value[NodeStatus]], ...] = (
    (Name("cpu", "percent"), lambda row: row.cpu_busy_percent),
    (Name("mem", "percent"), lambda row: row.memory_used_percent),
    (Name("swap", "percent"), lambda row: row.swap_used_percent),
    (Name("disk", "percent"), lambda row: row.filesystem_used_percent),
    (Name("util", "percent"), lambda row: row.disk_utilisation_percent),
    (Name("read", "bytes/s"), lambda row: row.disk_read_bytes_per_second),
    (Name("write", "bytes/s"), lambda row: row.disk_write_bytes_per_second),
    (Name("rx", "bytes/s"), lambda row: row.network_receive_bytes_per_second),
    (Name("tx", "bytes/s"), lambda row: row.network_transmit_bytes_per_second),
    (Name("temp", "celsius"), lambda row: row.cpu_celsius),
    (Name("load"), lambda row: row.load_1m),
    (Name("cpus"), lambda row: row.cpu_count),
    (Name("procs"), lambda row: row.processes_total),
    (Name("age", "seconds"), lambda row: row.age_seconds),
    (Name("up", "seconds"), lambda row: row.uptime_seconds),
    (Name("state", "text", whole=True), lambda row: row.state),
    (Name("node", "text"), lambda row: row.node),
    (Name("cluster", "text"), lambda row: row.cluster),
    (Name("os", "text"), lambda row: row.os),
)


def _texts(row: NodeStatus) -> Texts:
    return row.node, row.cluster, row.state, row.os


_LANGUAGE = Language(_texts, _FIELDS)
FIELDS = _LANGUAGE.names
"""Names that terms may use."""
parse_filter = _LANGUAGE.parse
"""Text as typed to a filter. Raises TermError."""
