"""Everything about one process through psutil, for systems without /proc. May take long: never on an event loop."""

import socket
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import psutil

from nodetop.model.process_details import (
    Activity,
    Connection,
    IoCounters,
    MemoryParts,
    OpenFile,
    OpenFiles,
    Part,
    ProcessDetails,
    ProcessGone,
    ProportionalMemory,
    Scheduling,
    Security,
)
from nodetop.probes.portable.counts import counted
from nodetop.probes.processes.details import kind_of

T = TypeVar("T")
_NOT_HERE = "not available on this system"


class PortableDetails:
    """Details of a process from psutil, as far as the system lets this user see them."""

    def read(self, pid: int, started_at: float | None, is_it: Callable[[], bool]) -> ProcessDetails:
        """See LinuxDetails.read."""
        began = time.monotonic()
        if not is_it():
            raise ProcessGone
        process = _process(pid)
        parts: dict[str, Part[Any]] = {
            "arguments": _attempt(lambda: tuple(process.cmdline())),
            "executable": _attempt(process.exe),
            "working_folder": _attempt(process.cwd),
            "environment": _attempt(lambda: tuple(sorted(process.environ().items()))),
            "files": _attempt(lambda: _open_files(process)),
            "connections": _attempt(lambda: _connections(process)),
            "limits": Part(missing=_NOT_HERE),
            "cgroup": Part(missing="control groups exist on Linux only"),
            "io": _attempt(lambda: _io(process)),
            "memory": _attempt(lambda: _memory(process)),
            "proportional": _attempt(lambda: _proportional(process)),
            "activity": _attempt(lambda: _activity(process)),
            "scheduling": _attempt(lambda: self.scheduling(pid)),
            "security": _attempt(lambda: _security(process)),
        }
        if not is_it():
            raise ProcessGone
        return ProcessDetails(
            pid=pid, started_at=started_at, read_at=time.time(), seconds=time.monotonic() - began, **parts
        )

    def scheduling(self, pid: int) -> Scheduling:
        """Only priority and CPUs. Raises OSError."""
        process = _process(pid)
        cpus = _attempt(lambda: tuple(sorted(process.cpu_affinity()))).value
        return Scheduling(
            nice=_attempt(lambda: int(process.nice())).value,
            cpus=cpus,
            cpus_online=tuple(range(psutil.cpu_count() or 1)),
        )


def _process(pid: int) -> Any:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        raise ProcessGone from None


def _attempt(read: Callable[[], T]) -> Part[T]:
    try:
        return Part(read())
    except psutil.AccessDenied:
        return Part(missing="permission denied: another user's process")
    except psutil.NoSuchProcess:  # includes ZombieProcess
        return Part(missing="the process has ended")
    except (AttributeError, NotImplementedError):  # not every system supports every call
        return Part(missing=_NOT_HERE)
    except OSError as error:
        return Part(missing=error.strerror or str(error))


def _open_files(process: Any) -> OpenFiles:
    entries = tuple(OpenFile(max(each.fd, 0), each.path, kind_of(each.path)) for each in process.open_files())
    kinds = Counter(entry.kind for entry in entries).most_common()
    # psutil has only the methods and fields that the system supports.
    total = process.num_fds() if hasattr(process, "num_fds") else len(entries)
    return OpenFiles(entries=entries, total=max(total, len(entries)), kinds=tuple(kinds))


def _connections(process: Any) -> tuple[Connection, ...]:
    return tuple(
        Connection(
            descriptor=max(each.fd, 0),
            protocol=_protocol(each),
            local=_address(each.laddr),
            remote=_address(each.raddr),
            state="" if each.status == psutil.CONN_NONE else each.status.lower().replace("_", " "),
        )
        for each in process.net_connections("all")
    )


def _protocol(connection: Any) -> str:
    family, kind = int(connection.family), int(connection.type)
    six = "6" if family == socket.AF_INET6 else ""
    return "unix" if family not in (socket.AF_INET, socket.AF_INET6) else ("tcp" if kind == 1 else "udp") + six


def _address(value: Any) -> str:
    if not value or isinstance(value, str):
        return str(value or "")
    return f"[{value.ip}]:{value.port}" if ":" in value.ip else f"{value.ip}:{value.port}"


def _io(process: Any) -> IoCounters:
    counters = process.io_counters()
    return IoCounters(
        read_bytes=counted(counters.read_bytes),
        write_bytes=counted(counters.write_bytes),
        read_calls=counted(counters.read_count),
        write_calls=counted(counters.write_count),
    )


def _memory(process: Any) -> MemoryParts:
    memory = process.memory_info()
    return MemoryParts(virtual_bytes=memory.vms, resident_bytes=memory.rss)


def _proportional(process: Any) -> ProportionalMemory:
    memory = process.memory_full_info()
    # psutil has only the fields that the system supports: macOS and the BSDs have no PSS.
    return ProportionalMemory(
        proportional_bytes=getattr(memory, "pss", None), unique_bytes=getattr(memory, "uss", None)
    )


def _activity(process: Any) -> Activity:
    switches = process.num_ctx_switches()
    forced = None if psutil.MACOS else counted(switches.involuntary)  # macOS counts all of them as voluntary
    return Activity(voluntary_switches=counted(switches.voluntary), involuntary_switches=forced)


def _security(process: Any) -> Security:
    uids = process.uids()
    return Security(real_uid=uids.real, effective_uid=uids.effective)
