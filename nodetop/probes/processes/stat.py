"""/proc/PID/stat, statm and io, parsed. Pure. proc_pid_stat(5), proc_pid_statm(5), proc_pid_io(5)."""

import os

from msgspec import Struct

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
NANOSECONDS_PER_TICK = 1_000_000_000 // TICKS_PER_SECOND
_KERNEL_THREAD = 0x00200000  # PF_KTHREAD, linux/sched.h


class ProcessStat(Struct, frozen=True):
    """What nodetop uses of /proc/PID/stat. There are TICKS_PER_SECOND ticks in a second."""

    comm: bytes
    state: str
    ppid: int
    kernel_thread: bool
    cpu_ticks: int
    """User plus system time of all its threads, including ended ones."""
    priority: int
    nice: int
    threads: int
    start_ticks: int
    """Since the machine started."""
    virtual_bytes: int
    resident_bytes: int
    children_ticks: int = 0
    """The same as cpu_ticks of ended children that it waited for, and of theirs."""
    shared_bytes: int = 0
    """Resident pages that are backed by files or shared. Not in stat, but in statm."""


def parse_stat(raw: bytes) -> ProcessStat | None:
    """Parses /proc/PID/stat; None if it is malformed.

    The name is in parentheses and may itself contain any byte except NUL, even parentheses, blanks and newlines. So the
    other fields start after the last closing parenthesis.
    """
    opening, closing = raw.find(b"("), raw.rfind(b")")
    if not 0 <= opening < closing:
        return None
    fields = raw[closing + 2 :].split(None, 22)  # from the third of proc_pid_stat(5) on
    try:
        return ProcessStat(
            raw[opening + 1 : closing],
            _state(fields[0]),
            max(int(fields[1]), 0),  # ppid
            bool(int(fields[6]) & _KERNEL_THREAD),  # flags
            max(int(fields[11]) + int(fields[12]), 0),  # utime, stime
            int(fields[15]),  # priority
            int(fields[16]),  # nice
            max(int(fields[17]), 0),  # num_threads
            max(int(fields[19]), 0),  # starttime
            max(int(fields[20]), 0),  # vsize
            max(int(fields[21]) * PAGE_BYTES, 0),  # rss
            max(int(fields[13]) + int(fields[14]), 0),  # cutime, cstime
        )
    except (ValueError, IndexError):
        return None


def io_wait_ticks(raw: bytes) -> int:
    """Ticks that the thread of a /proc/PID/stat has waited for block devices, delayacct_blkio_ticks; of a process its
    first thread. 0 if the kernel does not count them, or the line is too short."""
    fields = raw[raw.rfind(b")") + 2 :].split(None, 40)
    try:
        return int(fields[39])
    except (ValueError, IndexError):
        return 0


def _state(letter: bytes) -> str:
    return letter.decode("ascii") if len(letter) == 1 and letter.isalpha() else "?"


def parse_statm(raw: bytes) -> tuple[int, int] | None:
    """Resident and shared bytes, from /proc/PID/statm; None if it is malformed."""
    fields = raw.split(None, 3)
    try:
        return max(int(fields[1]) * PAGE_BYTES, 0), max(int(fields[2]) * PAGE_BYTES, 0)
    except (ValueError, IndexError):
        return None


def parse_io(raw: bytes) -> tuple[int, int] | None:
    """Bytes that a process read from and wrote to storage, from /proc/PID/io; None if it is malformed."""
    fields = raw.split(None, 12)
    try:
        return int(fields[9]), int(fields[11])  # after "read_bytes:" and "write_bytes:"
    except (ValueError, IndexError):
        return None
