"""The filter of the list of workloads: its fields and texts. base.terms describes the language. Pure."""

from nodetop.base.terms import Name
from nodetop.model.cgroups import WorkloadMetrics
from nodetop.model.derived import total_io, total_network
from nodetop.widgets.base.language import Language, Texts, Value

_FIELDS: tuple[tuple[Name, Value[WorkloadMetrics]], ...] = (
    (Name("cpu", "percent"), lambda row: row.cpu_percent),
    (Name("cpu_limit", "cores"), lambda row: row.cpu_limit_cores),
    (Name("throttled", "percent"), lambda row: row.cpu_throttled_percent),
    (Name("memory", "bytes", ("mem",)), lambda row: row.memory_bytes),
    (Name("memory_limit", "bytes"), lambda row: row.memory_limit_bytes),
    (Name("memory_used", "percent"), lambda row: row.memory_used_percent),
    (Name("swap", "bytes"), lambda row: row.swap_bytes),
    (Name("oom_kills", "count", ("oom",)), lambda row: row.oom_kills),
    (Name("read", "bytes/s"), lambda row: row.read_bytes_per_second),
    (Name("write", "bytes/s"), lambda row: row.write_bytes_per_second),
    (Name("io", "bytes/s"), total_io),
    (Name("receive", "bytes/s", ("rx",)), lambda row: row.receive_bytes_per_second),
    (Name("transmit", "bytes/s", ("tx",)), lambda row: row.transmit_bytes_per_second),
    (Name("network", "bytes/s", ("net",)), total_network),
    (Name("retransmits", "count/s"), lambda row: row.retransmits_per_second),
    (Name("tasks", "count"), lambda row: row.tasks),
    (Name("kind", "text", whole=True), lambda row: row.kind),
    (Name("runtime", "text", whole=True), lambda row: row.runtime),
    (Name("name", "text"), lambda row: row.name),
    (Name("group", "text"), lambda row: row.group),
)


def _texts(row: WorkloadMetrics) -> Texts:
    return row.name, row.group, row.kind, row.id


_LANGUAGE = Language(_texts, _FIELDS)
FIELDS = tuple(min((name.name, *name.aliases), key=len) for name, _ in _FIELDS)
"""Names that terms may use, each in its shortest form."""
parse_filter = _LANGUAGE.parse
"""Parses a filter as typed. Raises TermError."""
