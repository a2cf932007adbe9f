"""The names of the process list's columns in the settings. Pure."""

COLUMN_NAMES = (
    "pid", "ppid", "user", "cpu", "trend", "mem", "rss", "shared", "virt", "state", "nice", "priority", "threads",
    "time", "read", "write", "io", "start", "age", "container", "name",
)  # fmt: skip
"""The command is not in this list: it is always shown, as the last column."""
