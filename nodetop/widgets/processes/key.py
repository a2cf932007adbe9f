"""What identifies a row of the process list from one sample to the next, and what a kernel thread is. Pure."""

from nodetop.model.snapshot import ProcessMetrics

Key = tuple[int, float | None]
"""A process: pid and start time, so that a reused pid is a different key. A thread: its negated ID and start time,
because the first thread of a process has the same ID as the process."""
RowKey = Key | tuple[str, str]
"""Key of a row: a process or thread, or the kind and name of a group."""
KTHREADD = 2


def key_of(row: ProcessMetrics) -> Key:
    """The key of the process or thread of a row."""
    return (row.pid if row.thread_of is None else -row.pid, row.started_at)


def is_kernel_thread(row: ProcessMetrics) -> bool:
    """Whether it is a kernel thread: no command line, and a child of kthreadd."""
    return not row.command and KTHREADD in (row.pid, row.ppid)
