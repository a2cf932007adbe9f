"""Everything about one process, from /proc/PID. proc(5). May take long: never call it on an event loop."""

import os
import stat as modes
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from nodetop.model.process_details import OpenFile, OpenFiles, Part, ProcessDetails, ProcessGone, Scheduling
from nodetop.probes.cpu.cpu_list import parse_cpu_list
from nodetop.probes.host_files import HostFiles, read_to_end
from nodetop.probes.processes import status as parse
from nodetop.probes.processes.identity import effective_uid
from nodetop.probes.processes.sockets import TABLES, connections

T = TypeVar("T")
MOST_FILES = 4096
"""Only so many open files are read; the others are just counted."""
_MOST_TEXT = 4 * 1024 * 1024
_WAIT_SECONDS = 2.0
_HANGS = "no answer: the process hangs and holds the lock on its memory"
_NO_MEMORY = "a kernel thread or an ended process has none"
_MEMORY_PARTS = ("arguments", "environment", "proportional")
Key = tuple[int, float | None]


class LinuxDetails:
    """Reads details of any process of a host.

    To read the command line, the environment and the memory shares, the kernel takes the lock of the process's memory,
    which a hanging process may hold forever. So a separate thread reads them. It is waited for at most two seconds, and
    is not started again while one is still waiting for the same process.
    """

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._waiting: set[Key] = set()
        self._lock = threading.Lock()

    def read(self, pid: int, started_at: float | None, is_it: Callable[[], bool]) -> ProcessDetails:
        """`is_it` returns whether the PID still belongs to the intended process. Raises ProcessGone, OSError."""
        began = time.monotonic()
        if not is_it():
            raise ProcessGone
        memory = self._start_memory_parts(pid, started_at)
        parts = self._parts(pid) | memory()
        if not is_it():  # what was read may belong to another process
            raise ProcessGone
        return ProcessDetails(
            pid=pid, started_at=started_at, read_at=time.time(), seconds=time.monotonic() - began, **parts
        )

    def scheduling(self, pid: int) -> Scheduling:
        """Only priority and CPUs. Raises OSError."""
        status = parse.parse_fields(self._read(pid, "status"))
        stat = parse.stat_fields(self._read(pid, "stat"))
        io_class, io_level = io_priority(pid) if self._files.own_pids else (None, None)
        return Scheduling(
            nice=parse.nice_of(stat),
            policy=parse.policy_of(stat),
            io_class=io_class,
            io_level=io_level,
            cpus=parse_cpu_list(status.get("Cpus_allowed_list")) or None,
            cpus_online=parse_cpu_list(self._files.line("/sys/devices/system/cpu/online")),
        )

    def _read(self, pid: int, name: str) -> bytes:
        return self._files.read(f"/proc/{pid}/{name}")

    def _parts(self, pid: int) -> dict[str, Part[Any]]:
        try:
            raw = self._read(pid, "status")
        except (FileNotFoundError, ProcessLookupError):
            raise ProcessGone from None
        status, mine = parse.parse_fields(raw), effective_uid(raw) == os.geteuid()
        numbers = [self._files.number(f"/proc/{pid}/{name}") for name in ("oom_score", "oom_score_adj")]
        files = _attempt(lambda: self._open_files(pid), mine)
        kernel = status.get("Kthread") == "1"
        memory = parse.memory_parts(status)
        no_memory = "a kernel thread has no memory of its own" if kernel else "it has already freed its memory"
        return {
            "executable": _attempt(lambda: self._link(pid, "exe"), mine, _NO_MEMORY),
            "working_folder": _attempt(lambda: self._link(pid, "cwd"), mine, "it no longer has one"),
            "files": files,
            "connections": _attempt(lambda: self._connections(pid, files), mine),
            "limits": _attempt(lambda: parse.parse_limits(self._read(pid, "limits")), mine),
            "cgroup": _attempt(lambda: parse.cgroup(self._read(pid, "cgroup")), mine),
            "io": _attempt(lambda: parse.io_counters(parse.parse_fields(self._read(pid, "io"))), mine),
            "memory": Part(memory) if memory else Part(missing=no_memory),
            "activity": _attempt(lambda: parse.activity(status, parse.stat_fields(self._read(pid, "stat"))), mine),
            "scheduling": _attempt(lambda: self.scheduling(pid), mine),
            "security": Part(parse.security(status, *numbers)),
        }

    def _link(self, pid: int, name: str) -> str:
        return os.fsencode(os.readlink(f"{self._files.proc}/{pid}/{name}")).decode("utf-8", "replace")

    def _open_files(self, pid: int) -> OpenFiles:
        folder = f"{self._files.proc}/{pid}/fd"
        numbers = sorted(int(name) for name in os.listdir(folder) if name.isdigit())
        entries = [entry for number in numbers[:MOST_FILES] if (entry := _open_file(folder, number)) is not None]
        kinds = Counter(entry.kind for entry in entries).most_common()
        return OpenFiles(entries=tuple(entries), total=len(numbers), kinds=tuple(kinds))

    def _connections(self, pid: int, files: Part[OpenFiles]) -> Any:
        if files.value is None:
            raise _Missing(files.missing or "")
        sockets = {
            int(entry.target[8:-1]): entry.descriptor
            for entry in reversed(files.value.entries)
            if entry.kind == "socket" and entry.target[8:-1].isdigit()
        }
        if not sockets:
            return ()
        return connections(sockets, ((name, self._table(pid, name)) for name in TABLES))

    def _table(self, pid: int, name: str) -> bytes:
        try:
            return self._read(pid, f"net/{name}")
        except FileNotFoundError:  # a kernel without IPv6
            return b""

    # What may hang

    def _start_memory_parts(self, pid: int, started_at: float | None) -> Callable[[], dict[str, Part[Any]]]:
        """Starts reading, and returns a function that waits for the result."""
        key = (pid, started_at)
        hanging: dict[str, Part[Any]] = {name: Part(missing=_HANGS) for name in _MEMORY_PARTS}
        with self._lock:
            if key in self._waiting:
                return lambda: hanging
            self._waiting.add(key)
        found: dict[str, Part[Any]] = {}
        thread = threading.Thread(
            target=self._read_memory_parts, args=(key, found), name="nodetop-details", daemon=True
        )
        try:
            thread.start()
        except RuntimeError as error:  # no threads are left, or no memory for one
            reason = str(error)
            with self._lock:
                self._waiting.discard(key)
            return lambda: {name: Part(missing=reason) for name in _MEMORY_PARTS}

        def wait() -> dict[str, Part[Any]]:
            thread.join(_WAIT_SECONDS)
            return hanging | found

        return wait

    def _read_memory_parts(self, key: Key, found: dict[str, Part[Any]]) -> None:
        pid, folder = key[0], f"{self._files.proc}/{key[0]}"
        try:
            mine = effective_uid(self._read(pid, "status")) == os.geteuid()
            found["arguments"] = _attempt(
                lambda: _strings(read_to_end(f"{folder}/cmdline", _MOST_TEXT)), mine, _NO_MEMORY
            )
            found["environment"] = _attempt(
                lambda: _variables(read_to_end(f"{folder}/environ", _MOST_TEXT)), mine, _NO_MEMORY
            )
            found["proportional"] = _attempt(
                lambda: parse.proportional_memory(parse.parse_fields(self._read(pid, "smaps_rollup"))), mine, _NO_MEMORY
            )
        except OSError:  # it has ended: read() finds that out
            pass
        finally:
            with self._lock:
                self._waiting.discard(key)


class _Missing(Exception):
    """Why something is missing, in one line."""


def _attempt(read: Callable[[], T], mine: bool, absent: str = "the process has just ended") -> Part[T]:
    """The function's result, or why it failed."""
    try:
        return Part(read())
    except _Missing as missing:
        return Part(missing=str(missing))
    except PermissionError:
        whose = "the process is protected" if mine else "another user's process"
        return Part(missing=f"permission denied: {whose}")
    except (FileNotFoundError, ProcessLookupError):
        return Part(missing=absent)
    except OSError as error:
        return Part(missing=error.strerror or str(error))


def _strings(raw: bytes) -> tuple[str, ...]:
    text = raw.removesuffix(b"\0").decode("utf-8", "replace")
    return tuple(text.split("\0")) if text else ()


def _variables(raw: bytes) -> tuple[tuple[str, str], ...]:
    pairs = (each.partition("=") for each in _strings(raw) if each)
    return tuple(sorted((name, value) for name, _, value in pairs))


def _open_file(folder: str, number: int) -> OpenFile | None:
    """None if it was closed meanwhile. Raises PermissionError: some users may see how many there are, but not which."""
    path = f"{folder}/{number}"
    try:
        target = os.fsencode(os.readlink(path)).decode("utf-8", "replace")
        mode = os.lstat(path).st_mode
    except PermissionError:
        raise
    except OSError:
        return None
    reads = "r" if mode & modes.S_IRUSR else ""
    writes = "w" if mode & modes.S_IWUSR else ""
    return OpenFile(number, target, kind_of(target), reads + writes)


def kind_of(target: str) -> str:
    """The kind of a descriptor's link target: file, socket, pipe, device, memory or other."""
    if target.startswith("socket:["):
        return "socket"
    if target.startswith("pipe:["):
        return "pipe"
    if target.startswith(("/memfd:", "/dev/shm/", "/SYSV", "/dev/zero (deleted)")):
        return "memory"
    if target.startswith("/dev/"):
        return "device"
    return "file" if target.startswith("/") else "other"


def io_priority(pid: int) -> tuple[str | None, int | None]:
    """Class and level, ioprio_get(2); None if the system has none."""
    import psutil  # slow to load, and only for details

    try:
        io_class, level = psutil.Process(pid).ionice()
    except (psutil.Error, OSError, AttributeError):
        return None, None
    names = {0: "none", 1: "realtime", 2: "best-effort", 3: "idle"}
    return names.get(int(io_class)), int(level)
