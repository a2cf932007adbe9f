"""What the filter of the process list understands: see base.terms for the language. Pure."""

from nodetop.base.terms import Name
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.base.language import Language, Texts, Value


def _total_io(row: ProcessMetrics) -> float | None:
    known = [rate for rate in (row.read_bytes_per_second, row.write_bytes_per_second) if rate is not None]
    return sum(known) if known else None


_FIELDS: tuple[tuple[Name, Value[ProcessMetrics]], ...] = (
    (Name("cpu", "percent"), lambda row: row.cpu_percent),
    (Name("mem", "percent"), lambda row: row.memory_percent),
    (Name("rss", "bytes"), lambda row: row.resident_bytes),
    (Name("virt", "bytes"), lambda row: row.virtual_bytes),
    (Name("threads"), lambda row: row.threads),
    (Name("pid"), lambda row: row.pid),
    (Name("ppid"), lambda row: row.ppid),
    (Name("time", "seconds"), lambda row: row.cpu_seconds),
    (Name("read", "bytes/s"), lambda row: row.read_bytes_per_second),
    (Name("write", "bytes/s"), lambda row: row.write_bytes_per_second),
    (Name("io", "bytes/s"), _total_io),
    (Name("nice"), lambda row: row.nice),
    (Name("user", "text", whole=True), lambda row: row.user),
    (Name("name", "text", whole=True), lambda row: row.name),
    (Name("state", "text", whole=True), lambda row: row.state),
    (Name("command", "text"), lambda row: row.command),
    (Name("container", "text"), lambda row: row.container),
)


def _texts(row: ProcessMetrics) -> Texts:
    return row.name, row.command, row.user, row.pid


_LANGUAGE = Language(_texts, _FIELDS, of_commands=True)
FIELDS = _LANGUAGE.names
"""Names that terms may use."""
parse_filter = _LANGUAGE.parse
"""Text as typed to a filter. Raises TermError."""
