"""The names of process values in filters, in one table; quantities.py is the table for nodes. A name that is in both
tables means the same in both."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from nodetop.model.derived import total_io
from nodetop.model.quantity import Unit
from nodetop.model.snapshot import ProcessMetrics


class ProcessField(Struct, frozen=True):
    """A value of a process, with its name and aliases. `unit` is "text" if it is not a number. With `is_whole`, a text
    must be equal; else it must occur."""

    name: str
    unit: Unit
    of: Callable[[ProcessMetrics], float | str | None]
    aliases: tuple[str, ...] = ()
    is_whole: bool = False


PROCESS_FIELDS: tuple[ProcessField, ...] = (
    ProcessField("cpu", "percent", lambda row: row.cpu_percent),
    ProcessField("memory", "percent", lambda row: row.memory_percent, ("mem",)),
    ProcessField("rss", "bytes", lambda row: row.resident_bytes),
    ProcessField("virt", "bytes", lambda row: row.virtual_bytes),
    ProcessField("threads", "count", lambda row: row.threads),
    ProcessField("pid", "count", lambda row: row.pid),
    ProcessField("ppid", "count", lambda row: row.ppid),
    ProcessField("time", "seconds", lambda row: row.cpu_seconds),
    ProcessField("read", "bytes/s", lambda row: row.read_bytes_per_second),
    ProcessField("write", "bytes/s", lambda row: row.write_bytes_per_second),
    ProcessField("io", "bytes/s", total_io),
    ProcessField("iowait", "percent", lambda row: row.io_wait_percent),
    ProcessField("nice", "count", lambda row: row.nice),
    ProcessField("user", "text", lambda row: row.user, is_whole=True),
    ProcessField("name", "text", lambda row: row.name, is_whole=True),
    ProcessField("state", "text", lambda row: row.state, is_whole=True),
    ProcessField("command", "text", lambda row: row.command),
    ProcessField("container", "text", lambda row: row.container),
)
PROCESS_WORDS: Mapping[str, ProcessField] = {
    word: each for each in PROCESS_FIELDS for word in (each.name, *each.aliases)
}
