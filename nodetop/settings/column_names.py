"""The names of the columns of the lists of processes and of workloads in the settings. Pure."""

COLUMN_NAMES = (
    "pid", "ppid", "user", "cpu", "trend", "mem", "rss", "shared", "virt", "state", "nice", "priority", "threads",
    "time", "read", "write", "iowait", "io", "start", "age", "container", "name",
)  # fmt: skip
"""The command is not in this list: it is always shown, as the last column."""
WORKLOAD_COLUMN_NAMES = (
    "kind", "cpu", "cpu_limit", "throttled", "mem", "mem_limit", "mem_used", "swap", "oom", "read", "write", "reads",
    "writes", "receive", "transmit", "retransmits", "tasks", "wait_cpu", "wait_mem", "wait_io", "runtime",
)  # fmt: skip
"""The name is not in this list: it is always shown, as the last column."""
