"""The facts of a process that rarely change: user, command line, container. Read outside of the hot path."""

import threading
import time
from contextlib import suppress
from queue import SimpleQueue

from msgspec import Struct

from nodetop.base.command_line import CommandLine
from nodetop.base.text import clean
from nodetop.probes.host_files import HostFiles, raise_if_exhausted, read_record, read_to_end
from nodetop.probes.processes.cgroup import container_name
from nodetop.probes.processes.passwd import Users

Key = tuple[int, int]
"""A process: its PID, and its start in ticks since the machine started."""
_COMMAND_LIMIT = 4096
_CGROUP_LIMIT = 65_536
_STUCK_SECONDS = 1.0
_MOST_STUCK = 8


class IdentityRequest(Struct, frozen=True):
    """A process whose identity is wanted, with facts from its stat file."""

    pid: int
    start_ticks: int
    comm: bytes
    kernel_thread: bool
    cpu_nanoseconds: int

    @property
    def key(self) -> Key:
        return self.pid, self.start_ticks


class Identity(Struct, frozen=True):
    """The facts of a process, and its CPU time when they were read: they can change only while it runs."""

    comm: bytes
    cpu_nanoseconds: int
    user: str | None
    command: str
    container: str | None
    can_read_io: bool
    """Whether this user may read the process's I/O counters."""

    @property
    def shown(self) -> tuple[str | None, str, str | None, bool]:
        """What a row shows of it."""
        return self.user, self.command, self.container, self.can_read_io


def read_identity(files: HostFiles, users: Users, asked: IdentityRequest) -> Identity:
    """Reads four files of one process; what cannot be read is None or empty. May block, see IdentityReader. Raises
    OSError if no descriptors are left."""
    folder = f"{files.proc}/{asked.pid}"
    # Permission depends on more than the user (capabilities, namespaces, the process itself), so just try.
    can_read_io = _attempt(f"{folder}/io") is not None
    if asked.kernel_thread:  # it has no command line, and always runs as root
        return Identity(
            asked.comm, asked.cpu_nanoseconds, user=users.name(0), command="", container=None, can_read_io=can_read_io
        )
    uid = effective_uid(_attempt(f"{folder}/status") or b"")
    cgroup = _attempt(f"{folder}/cgroup", _CGROUP_LIMIT)
    return Identity(
        comm=asked.comm,
        cpu_nanoseconds=asked.cpu_nanoseconds,
        user=None if uid is None else users.name(uid),
        command=_command(_attempt(f"{folder}/cmdline", _COMMAND_LIMIT) or b""),
        container=container_name(cgroup) if cgroup else None,
        can_read_io=can_read_io,
    )


def _attempt(path: str, limit: int | None = None) -> bytes | None:
    """The first `limit` bytes of a file, or a record."""
    try:
        return read_record(path) if limit is None else read_to_end(path, limit)
    except OSError as error:
        raise_if_exhausted(error)
        return None


def effective_uid(status: bytes) -> int | None:
    """The effective user: the second number in the Uid line of /proc/PID/status. proc_pid_status(5)."""
    fields = status.partition(b"\nUid:")[2].split(None, 2)
    return int(fields[1]) if len(fields) > 1 and fields[1].isdigit() else None


def _command(raw: bytes) -> str:
    """What /proc/PID/cmdline says: arguments with a NUL after each, or a title that the process wrote over them."""
    raw = raw.rstrip(b"\0 ")
    text = clean(raw.replace(b"\0", b" "), _COMMAND_LIMIT)
    if b"\0" not in raw:
        return text
    if text.isascii():  # as it was
        return CommandLine.of(raw.decode("ascii"))
    return CommandLine.of("\0".join([clean(argument, _COMMAND_LIMIT) for argument in raw.split(b"\0")]))


class IdentityReader:
    """Reads identities in a daemon thread.

    A command line is in the memory of its process. Reading it waits for that memory's lock, which a hanging process (on
    a dead network file system, say) may hold forever. So callers wait only for a limited time, a stuck reader thread is
    abandoned and replaced by a new one, and thousands of new processes at once delay nothing.
    """

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._users = Users(files)
        self._queue: SimpleQueue[IdentityRequest | None] = SimpleQueue()
        self._lock = threading.Lock()  # guards all attributes below
        self._reader: threading.Thread | None = None
        self._reading: tuple[IdentityRequest, float] | None = None
        self._pending: set[Key] = set()
        self._stuck: set[Key] = set()
        self._found: dict[Key, Identity] = {}
        self._all_found = threading.Event()

    def read(self, wanted: list[IdentityRequest], wait_seconds: float) -> dict[Key, Identity]:
        """Identities of these processes and of earlier requests: those that are ready within so many seconds. The
        others are returned by a later call."""
        with self._lock:
            self._give_up_stuck_one()
            for asked in wanted:
                if asked.key not in self._pending and asked.key not in self._stuck:
                    self._pending.add(asked.key)
                    self._queue.put(asked)
            if self._pending:
                self._all_found.clear()
                self._start_reader()
            wait = bool(self._pending) and self._reader is not None
        if wait:
            self._all_found.wait(wait_seconds)
        with self._lock:
            found, self._found = self._found, {}
        return found

    def close(self) -> None:
        """Stops the reader after its current process."""
        with self._lock:
            self._reader = None
        self._queue.put(None)

    def _start_reader(self) -> None:
        if self._reader is not None or len(self._stuck) >= _MOST_STUCK:
            return
        reader = threading.Thread(target=self._work, name="nodetop-identities", daemon=True)
        self._reader = reader
        try:
            reader.start()
        except (RuntimeError, MemoryError):  # no thread available: the next call tries again
            self._reader = None

    def _give_up_stuck_one(self) -> None:
        if self._reading is None or time.monotonic() - self._reading[1] < _STUCK_SECONDS:
            return
        asked = self._reading[0]
        self._stuck.add(asked.key)
        self._keep(
            asked, Identity(asked.comm, asked.cpu_nanoseconds, user=None, command="", container=None, can_read_io=False)
        )
        self._reader = self._reading = None

    def _keep(self, asked: IdentityRequest, identity: Identity | None) -> None:
        if identity is not None:
            self._found[asked.key] = identity
        self._pending.discard(asked.key)
        if not self._pending:
            self._all_found.set()

    def _work(self) -> None:
        me = threading.current_thread()
        while asked := self._queue.get():
            with self._lock:
                if self._reader is not me:
                    self._queue.put(asked)
                    return
                self._reading = (asked, time.monotonic())
            identity: Identity | None = None
            # No descriptors or memory: it will be requested again, and the next one may succeed. Any error is ignored,
            # so that callers waiting for the others do not wait forever.
            with suppress(Exception):
                identity = read_identity(self._files, self._users, asked)
            with self._lock:
                self._keep(asked, identity)
                self._stuck.discard(asked.key)
                if self._reader is not me:
                    return
                self._reading = None
