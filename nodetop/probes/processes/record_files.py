"""What is read of one process besides its stat file: exact memory and I/O."""

from msgspec.structs import replace

from nodetop.probes.host_files import raise_if_exhausted, read_record
from nodetop.probes.processes.rows import Bytes
from nodetop.probes.processes.stat import ProcessStat, parse_io, parse_statm


def with_memory(folder: str, stat: ProcessStat) -> ProcessStat:
    """The same, with the exact number of resident pages, and that of shared ones. The number in stat leaves out what
    each CPU has not added yet: up to some dozen pages per CPU, so that on a large machine a small process seems to have
    none. ps and top read statm, too."""
    if stat.kernel_thread:
        return stat
    try:
        memory = parse_statm(read_record(folder + "/statm"))
    except OSError as error:
        raise_if_exhausted(error)
        return stat
    if memory is None or memory == (stat.resident_bytes, stat.shared_bytes):
        return stat
    return replace(stat, resident_bytes=memory[0], shared_bytes=memory[1])


def read_io(folder: str) -> Bytes | None:
    """Bytes read from and written to storage; None if this user may not read them."""
    try:
        return parse_io(read_record(folder + "/io"))
    except OSError as error:
        raise_if_exhausted(error)
        return None
