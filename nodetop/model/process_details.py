"""The details of one process, read on request: more than a snapshot has, and only on the host itself.

As in snapshot.py: numbers and names, no formatted text. None means "not available here". This never leaves the host,
because command lines and environments contain secrets.
"""

from typing import Generic, TypeVar

from msgspec import Struct

V = TypeVar("V")


class Part(Struct, Generic[V], frozen=True):
    """A part of the details, or one plain line that says why it is missing. Never both."""

    value: V | None = None
    missing: str | None = None


class OpenFile(Struct, frozen=True):
    """One file descriptor. kind is file, socket, pipe, device, memory or other; mode is r, w, rw or empty."""

    descriptor: int
    target: str
    kind: str
    mode: str = ""


class OpenFiles(Struct, frozen=True, kw_only=True):
    """The open files by descriptor, at most a few thousand of them; `total` counts all."""

    entries: tuple[OpenFile, ...] = ()
    total: int = 0
    kinds: tuple[tuple[str, int], ...] = ()
    """The number of entries of each kind, most frequent first."""


class Connection(Struct, frozen=True, kw_only=True):
    """One socket. protocol is tcp, tcp6, udp, udp6, unix or other; addresses are text with the port."""

    descriptor: int
    protocol: str
    local: str = ""
    remote: str = ""
    state: str = ""


class Limit(Struct, frozen=True):
    """One resource limit, setrlimit(2); None means unlimited."""

    name: str
    soft: int | None
    hard: int | None
    unit: str = ""


class CgroupMembership(Struct, frozen=True, kw_only=True):
    """A process's cgroups as (controllers, path), with "" for cgroup v2; and the container's or unit's name."""

    paths: tuple[tuple[str, str], ...] = ()
    name: str | None = None


class IoCounters(Struct, frozen=True, kw_only=True):
    """Counts since the process started, proc_pid_io(5). `read_bytes` came from storage, `read_chars` from anywhere."""

    read_chars: int | None = None
    write_chars: int | None = None
    read_calls: int | None = None
    write_calls: int | None = None
    read_bytes: int | None = None
    write_bytes: int | None = None
    cancelled_write_bytes: int | None = None


class MemoryParts(Struct, frozen=True, kw_only=True):
    """Bytes of a process's memory, proc_pid_status(5); the proportional set size is from smaps_rollup."""

    virtual_bytes: int | None = None
    virtual_peak_bytes: int | None = None
    resident_bytes: int | None = None
    resident_peak_bytes: int | None = None
    anonymous_bytes: int | None = None
    file_bytes: int | None = None
    shared_bytes: int | None = None
    swap_bytes: int | None = None
    locked_bytes: int | None = None


class ProportionalMemory(Struct, frozen=True, kw_only=True):
    """A page shared by n processes counts as 1/n. Unique memory would become free if the process ended."""

    proportional_bytes: int | None = None
    unique_bytes: int | None = None
    swap_proportional_bytes: int | None = None


class Activity(Struct, frozen=True, kw_only=True):
    """Counts since the process started: context switches of its main thread, page faults."""

    voluntary_switches: int | None = None
    involuntary_switches: int | None = None
    minor_faults: int | None = None
    major_faults: int | None = None


class Scheduling(Struct, frozen=True, kw_only=True):
    """How a process's main thread is scheduled. io_class is none, realtime, best-effort or idle."""

    nice: int | None = None
    policy: str | None = None
    io_class: str | None = None
    io_level: int | None = None
    cpus: tuple[int, ...] | None = None
    """CPUs it may run on."""
    cpus_online: tuple[int, ...] = ()


class Security(Struct, frozen=True, kw_only=True):
    """A process's user and privileges. capabilities are the names of the effective ones; None if unknown."""

    real_uid: int | None = None
    effective_uid: int | None = None
    capabilities: tuple[str, ...] | None = None
    all_capabilities: bool = False
    no_new_privileges: bool | None = None
    seccomp: str | None = None
    oom_score: int | None = None
    oom_adjustment: int | None = None


class ProcessDetails(Struct, frozen=True, kw_only=True):
    """All details of a process. Each part that could not be read says why."""

    pid: int
    started_at: float | None
    read_at: float
    """UTC wall time in seconds."""
    seconds: float = 0.0
    """How long reading took."""
    arguments: Part[tuple[str, ...]] = Part()
    executable: Part[str] = Part()
    working_folder: Part[str] = Part()
    environment: Part[tuple[tuple[str, str], ...]] = Part()
    files: Part[OpenFiles] = Part()
    connections: Part[tuple[Connection, ...]] = Part()
    limits: Part[tuple[Limit, ...]] = Part()
    cgroup: Part[CgroupMembership] = Part()
    io: Part[IoCounters] = Part()
    memory: Part[MemoryParts] = Part()
    proportional: Part[ProportionalMemory] = Part()
    activity: Part[Activity] = Part()
    scheduling: Part[Scheduling] = Part()
    security: Part[Security] = Part()


class ProcessGone(Exception):
    """The process has ended. Its PID may belong to another process by now."""
