"""The help texts about the filters of the lists."""

from nodetop.widgets.cluster.filter import FIELDS as NODE_FIELDS
from nodetop.widgets.pages.section import Section
from nodetop.widgets.processes.filter import FIELDS as PROCESS_FIELDS
from nodetop.widgets.workloads.filter import FIELDS as WORKLOAD_FIELDS

FILTER_SIGNS = (
    ("!java", "does not contain it"),
    ("~^py.*3$", "regular expression"),
    ('"two words"', "with spaces, special characters"),
)
"""What all filters have in common."""

PROCESSES_FILTER = Section(
    "Filter: all terms must match",
    (
        ("java", "in name, command, user or PID"),
        ("cpu>5 rss>1G", "numbers: > >= < <= = !=, with K M G T or s m h d"),
        ("user=root", "text: = and !="),
        *FILTER_SIGNS,
        ("!^py.*3$", "like ~, where only a regular expression has such characters"),
        ("fields", " ".join(PROCESS_FIELDS[:9])),
        ("", " ".join(PROCESS_FIELDS[9:])),
    ),
)

WORKLOADS_FILTER = Section(
    "Filter (terms separated by spaces, all must match)",
    (
        ("nginx", "name, group, kind or id contains it"),
        ("cpu>5 memory>1G", "numbers: > >= < <= = !=, with K M G T"),
        ("kind=pod", "also container, unit, user_unit, session, slice, machine, job, group"),
        *FILTER_SIGNS,
        ("fields", " ".join(WORKLOAD_FIELDS)),
    ),
)

NODES_FILTER = Section(
    "Filter: all terms must match",
    (
        ("web", "name, cluster, state or system contains it"),
        ("cpu>50 disk>90", "numbers: > >= < <= = !=, with K M G T or s m h d"),
        ("state=late", "text: = and !="),
        *FILTER_SIGNS,
        ("fields", " ".join(NODE_FIELDS)),
    ),
)

ALERTS_FILTER = Section(
    "Filter: all terms must match",
    (
        ("memory", "any part of the alert contains it"),
        ("node=web kind=cpu", "also state and severity"),
        *FILTER_SIGNS,
    ),
)

DETAILS_FILTER = Section(
    "Filter: all terms must match",
    (("listen", "lines that contain it"), *FILTER_SIGNS),
)
