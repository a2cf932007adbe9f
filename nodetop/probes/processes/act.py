"""What is done to processes: signals, priority, I/O priority, CPUs. kill(2), pidfd_open(2), setpriority(2).

A process is its number and its start. The number alone may by now be another's, so the start is compared right before
each act; and a signal goes through a descriptor of the process, opened before the comparison, where the system has
such: then it cannot hit another one at all. All of it may block: never called on an event loop.
"""

import errno
import os
import signal
from collections.abc import Callable, Iterable

from nodetop.model.process_details import ProcessGone

IsIt = Callable[[], bool]
"""Whether the number is still that of the process meant."""
NICEST, LEAST_NICE = 19, -20
IO_CLASSES = ("none", "realtime", "best-effort", "idle")
"""In the order of their numbers, ioprio_get(2)."""
MAY_ONLY_LOWER = errno.EACCES
"""What setpriority(2) says to who may lower this process's priority but not raise it."""


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
    """A descriptor that stays the process's; None where the system has none to give."""
    # Python has these only where it was built with a kernel that has them: Linux 5.3.
    if not hasattr(os, "pidfd_open") or not hasattr(signal, "pidfd_send_signal"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError as error:
        # An old kernel, a sandbox that refuses the call, no descriptor left: the start is compared anyway.
        if error.errno in (errno.ENOSYS, errno.EPERM, errno.EACCES, errno.EINVAL, errno.EMFILE, errno.ENFILE):
            return None
        raise


def renice(pid: int, change: int, is_it: IsIt) -> tuple[int, int]:
    """Adds to the nice value of each thread; what that of the main one was and is. Raises ProcessGone, OSError."""
    before = _for_threads(pid, is_it, lambda thread: _renice_thread(thread, change))
    return before, os.getpriority(os.PRIO_PROCESS, pid)


def _renice_thread(thread: int, change: int) -> int:
    before = os.getpriority(os.PRIO_PROCESS, thread)
    wanted = max(LEAST_NICE, min(before + change, NICEST))
    if wanted != before:
        os.setpriority(os.PRIO_PROCESS, thread, wanted)
    return before


def set_io_priority(pid: int, io_class: str, level: int | None, is_it: IsIt) -> None:
    """Of each thread; `io_class` is of IO_CLASSES, `level` 0-7 where the class has some. Raises ProcessGone, OSError;
    NotImplementedError where the system has none."""
    import psutil  # slow to load, and seldom asked for

    def apply(thread: int) -> int:
        try:
            psutil.Process(thread).ionice(IO_CLASSES.index(io_class), level)
        except psutil.AccessDenied:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM)) from None
        except psutil.NoSuchProcess:
            raise ProcessLookupError from None
        return 0

    if not hasattr(psutil.Process, "ionice"):  # psutil has it where the system does
        raise NotImplementedError("I/O priorities are there on Linux only")
    _for_threads(pid, is_it, apply)


def set_affinity(pid: int, cpus: Iterable[int], is_it: IsIt) -> None:
    """Lets each thread run on these CPUs alone. Raises ProcessGone, OSError; NotImplementedError where the system does
    not bind processes to CPUs."""
    wanted = sorted(cpus)
    if not hasattr(os, "sched_setaffinity"):  # Python has it where the system does
        raise NotImplementedError("this system does not bind processes to CPUs")

    def apply(thread: int) -> int:
        os.sched_setaffinity(thread, wanted)
        return 0

    _for_threads(pid, is_it, apply)


def _check(is_it: IsIt) -> None:
    if not is_it():
        raise ProcessGone


def _for_threads(pid: int, is_it: IsIt, apply: Callable[[int], int]) -> int:
    """Does something to the main thread and then to the others; what it returned for the main one. On Linux these
    settings are each thread's own; a thread that ends meanwhile is passed over."""
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
    except OSError:  # another system, or it has just ended
        return []
