"""What identifies a row of the process list from one sample to the next, and what is not an ordinary process. Pure."""

from nodetop.model.snapshot import ProcessMetrics

Key = tuple[int, float | None]
"""A process: pid and start, so that a reused pid is another. A thread: its number, negative, and start, for the first
thread of a process has the number of the process."""
RowKey = Key | tuple[str, str]
"""Of a row: a process or thread, or the kind and name of a group."""
_KTHREADD = 2


def key_of(row: ProcessMetrics) -> Key:
    """What identifies the process or thread of a row."""
    return (row.pid if row.thread_of is None else -row.pid, row.started_at)


def is_kernel_thread(row: ProcessMetrics) -> bool:
    """Threads of the kernel have no command line and are children of kthreadd."""
    return not row.command and _KTHREADD in (row.pid, row.ppid)
