"""Who used the CPU between two readings of all processes: those in the list, the kernel's threads, and processes that
ended meanwhile. Pure. proc_pid_stat(5).

A process that ends is in no later reading. But the kernel adds its CPU time, and that of its own ended children, to its
parent when the parent waits for it (cutime and cstime in stat). What such a process had used before the previous
reading was already counted then, so it is subtracted again.
"""

from collections.abc import Mapping

from msgspec import Struct

from nodetop.probes.processes.rows import ProcessesReading, ProcessRecord, changed, has_started_since
from nodetop.probes.processes.stat import NANOSECONDS_PER_TICK

_INIT = 1
_SOFTIRQ_THREAD = b"ksoftirqd/"
"""Its time is also in the softirq column of /proc/stat."""
_MOST_ANCESTORS = 64


class Spent(Struct, frozen=True):
    """Nanoseconds of CPU. `ended` is by the PID of the process that waited for those that ended."""

    listed: int
    kernel_threads: int
    ended: Mapping[int, int]


def spent(previous: ProcessesReading, current: ProcessesReading) -> Spent:
    """What the processes of the current reading used since the previous one."""
    before, now = previous.records, current.records
    listed, kernel_threads = 0, 0
    ended: dict[int, int] = {}
    gone = {pid: before[pid] for pid in before.keys() - now.keys()}
    for _, pid, record in changed(before, now):
        stat, old = record.stat, before.get(pid)
        if old is not None and old.stat.start_ticks == stat.start_ticks:
            used = max(record.cpu_nanoseconds - old.cpu_nanoseconds, 0)
            children = stat.children_ticks - old.stat.children_ticks
        else:
            if old is not None:  # another process has its PID now
                gone[pid] = old
            if not has_started_since(record, previous):
                continue
            used, children = record.cpu_nanoseconds, stat.children_ticks
        if stat.kernel_thread:
            kernel_threads += 0 if stat.comm.startswith(_SOFTIRQ_THREAD) else used
            continue
        listed += used
        if children > 0:
            ended[pid] = children * NANOSECONDS_PER_TICK
    if ended and gone:
        _subtract_known(ended, gone)
    return Spent(listed, kernel_threads, ended)


def _subtract_known(ended: dict[int, int], gone: Mapping[int, ProcessRecord]) -> None:
    """Subtracts from each parent what its ended children had used before. Where that is more than the parent got, the
    rest went to process 1, which waits for children that lost their parent; or nobody waited."""
    rest = 0
    for old in gone.values():
        known = old.cpu_nanoseconds + old.stat.children_ticks * NANOSECONDS_PER_TICK
        parent = _waiting_ancestor(old, gone)
        left = ended.get(parent, 0) - known
        ended[parent] = max(left, 0)
        rest += max(-left, 0)
    ended[_INIT] = max(ended.get(_INIT, 0) - rest, 0)


def _waiting_ancestor(old: ProcessRecord, gone: Mapping[int, ProcessRecord]) -> int:
    """The nearest ancestor that has not ended."""
    for _ in range(_MOST_ANCESTORS):
        parent = gone.get(old.stat.ppid)
        if parent is None:
            break
        old = parent
    return old.stat.ppid
