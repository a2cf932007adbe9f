"""Actions on processes: signals, priority, I/O priority, CPUs. kill(2), pidfd_open(2), setpriority(2).

A process is identified by its PID and start time. A PID alone may have been reused, so the start time is compared right
before each action. If the system supports it, a signal goes through a pidfd that was opened before the comparison, so
it cannot reach another process. Everything here may block: never call it on an event loop.
"""

import errno
import os
import signal
from collections.abc import Callable, Iterable

from nodetop.model.process_details import ProcessGone

IsIt = Callable[[], bool]
"""Returns whether the PID still belongs to the intended process."""
NICEST, LEAST_NICE = 19, -20
IO_CLASSES = ("none", "realtime", "best-effort", "idle")
"""Ordered by their numbers, ioprio_get(2)."""
MAY_ONLY_LOWER = errno.EACCES
"""The error of setpriority(2) for a user who may lower this process's priority but not raise it."""


def send_signal(pid: int, number: int, is_it: IsIt) -> None:
    """Raises ProcessGone, PermissionError, OSError."""
    try:
        descriptor = _descriptor(pid)
        if descriptor is None:
            _check(is_it)
            os.kill(pid, number)
            return
        try:
            _check(is_it)
            signal.pidfd_send_signal(descriptor, number)
        finally:
            os.close(descriptor)
    except ProcessLookupError:
        raise ProcessGone from None


def _descriptor(pid: int) -> int | None:
    """A pidfd of the process; None if the system cannot provide one."""
    # Python has pidfd_open only if it was built on Linux 5.3 or later.
    if not hasattr(os, "pidfd_open") or not hasattr(signal, "pidfd_send_signal"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError as error:
        # An old kernel, a sandbox that refuses the call, or no descriptor left. The start time is compared anyway.
        if error.errno in (errno.ENOSYS, errno.EPERM, errno.EACCES, errno.EINVAL, errno.EMFILE, errno.ENFILE):
            return None
        raise


def renice(pid: int, change: int, is_it: IsIt) -> tuple[int, int]:
    """Adds to the nice value of each thread. Returns the main thread's old and new value. Raises ProcessGone,
    OSError."""
    before = _for_threads(pid, is_it, lambda thread: _renice_thread(thread, change))
    return before, os.getpriority(os.PRIO_PROCESS, pid)


def _renice_thread(thread: int, change: int) -> int:
    before = os.getpriority(os.PRIO_PROCESS, thread)
    wanted = max(LEAST_NICE, min(before + change, NICEST))
    if wanted != before:
        os.setpriority(os.PRIO_PROCESS, thread, wanted)
    return before


def set_io_priority(pid: int, io_class: str, level: int | None, is_it: IsIt) -> None:
    """Sets it for each thread. `io_class` is one of IO_CLASSES, `level` is 0-7 if the class has levels. Raises
    ProcessGone, OSError; NotImplementedError if the system has no I/O priorities."""
    import psutil  # slow to load, and seldom asked for

    def apply(thread: int) -> int:
        try:
            psutil.Process(thread).ionice(IO_CLASSES.index(io_class), level)
        except psutil.AccessDenied:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM)) from None
        except psutil.NoSuchProcess:
            raise ProcessLookupError from None
        return 0

    if not hasattr(psutil.Process, "ionice"):  # psutil has it only if the system does
        raise NotImplementedError("I/O priorities exist on Linux only")
    _for_threads(pid, is_it, apply)


def set_affinity(pid: int, cpus: Iterable[int], is_it: IsIt) -> None:
    """Lets each thread run only on these CPUs. Raises ProcessGone, OSError; NotImplementedError if the system cannot
    bind processes to CPUs."""
    wanted = sorted(cpus)
    if not hasattr(os, "sched_setaffinity"):  # Python has it only if the system does
        raise NotImplementedError("this system cannot bind processes to CPUs")

    def apply(thread: int) -> int:
        os.sched_setaffinity(thread, wanted)
        return 0

    _for_threads(pid, is_it, apply)


def _check(is_it: IsIt) -> None:
    if not is_it():
        raise ProcessGone


def _for_threads(pid: int, is_it: IsIt, apply: Callable[[int], int]) -> int:
    """Applies a function to the main thread and then to the others; returns its result for the main thread. On Linux
    each thread has its own settings. Threads that end meanwhile are skipped."""
    _check(is_it)
    try:
        result = apply(pid)
    except ProcessLookupError:
        raise ProcessGone from None
    for thread in _other_threads(pid):
        _check(is_it)
        if os.path.exists(f"/proc/{pid}/task/{thread}"):
            try:
                apply(thread)
            except ProcessLookupError:
                continue
    return result


def _other_threads(pid: int) -> list[int]:
    try:
        return [int(name) for name in os.listdir(f"/proc/{pid}/task") if name.isdigit() and int(name) != pid]
    except OSError:  # not Linux, or the process has just ended
        return []
