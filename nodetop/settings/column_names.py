"""The names of the process list's columns, as the settings know them. Pure."""

COLUMN_NAMES = (
    "pid", "ppid", "user", "cpu", "mem", "rss", "virt", "state", "nice", "priority", "threads", "time", "read",
    "write", "io", "start", "age", "container", "name",
)  # fmt: skip
"""The command has no name here: it is always there, at the end."""
