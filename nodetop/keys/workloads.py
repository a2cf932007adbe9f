"""The actions of the screen of workloads, and of one workload."""

from nodetop.keys.action import (
    Action,
    go_to_action,
    help_action,
    jumps,
    moves,
    options_action,
    palette_action,
    pause_action,
    quit_action,
    repaint_action,
    sorts,
    steps,
)

WORKLOADS_GROUP = "Workloads"
ORDER = "Sort order"
TREE = "Tree"
TIME = "Time"
NODETOP = "nodetop"

_TIME = (
    *steps(TIME),
    *jumps(TIME),
    go_to_action(TIME),
    pause_action(TIME),
)
_PROGRAM = (
    options_action(NODETOP),
    palette_action(NODETOP),
    repaint_action(NODETOP),
)
WORKLOADS: tuple[Action, ...] = (
    help_action(NODETOP),
    Action("filter", "/ F4 \\", "filter", "filter: text, !text, ~regex, cpu>5, kind=pod", WORKLOADS_GROUP, "filter"),
    Action("sort_menu", "F6 s", "sort_menu", "choose what to sort by", ORDER, "sort"),
    Action("tree", "F5 t", "tree", "tree by slice and pod, or flat list", TREE, "tree"),
    Action("details", "Enter", "details", "one workload: limits, use over time, processes", WORKLOADS_GROUP, "details"),
    Action("explain", "x", "explain", "explain the values: formula, source, other tools", WORKLOADS_GROUP, "explain"),
    Action("escape", "Esc", "escape", "clear the filter; back", NODETOP, "back"),
    quit_action(NODETOP),
    Action("workloads", "7", "close", "close the list", NODETOP),
    Action("search", "F3", "search", "search for a workload", WORKLOADS_GROUP),
    Action("search_next", "n", "find(1)", "next match", WORKLOADS_GROUP),
    Action("search_previous", "N", "find(-1)", "previous match", WORKLOADS_GROUP),
    Action("cpu_of_machine", "0", "irix", "CPU of one core or of the whole machine", WORKLOADS_GROUP),
    *moves(WORKLOADS_GROUP),
    *sorts(
        ORDER,
        (
            ("cpu", "P", "cpu", "by CPU"),
            ("memory", "M", "mem", "by memory"),
            ("disk", "D", "io", "by disk I/O"),
        ),
        "by the next column",
    ),
    Action("columns", "C", "columns", "choose the columns and their order", WORKLOADS_GROUP),
    Action("expand", "+", "fold(True)", "open the row", TREE),
    Action("collapse", "-", "fold(False)", "close the row", TREE),
    Action("right", "Right", "inwards", "open the row, or go to the first inside it", TREE),
    Action("left", "Left", "outwards", "close the row, or go to the one around it", TREE),
    Action("expand_all", "*", "fold_all", "open all rows; if all are open, close them", TREE),
    *_TIME,
    *_PROGRAM,
)
WORKLOAD: tuple[Action, ...] = (
    help_action(NODETOP),
    Action("details", "Enter", "details", "details of the selected process", WORKLOADS_GROUP, "details"),
    Action("explain", "x", "explain", "explain the values: formula, source, other tools", WORKLOADS_GROUP, "explain"),
    Action("escape", "Esc", "escape", "back to the list", NODETOP, "back"),
    quit_action(NODETOP),
    *moves(WORKLOADS_GROUP),
    *_TIME,
    *_PROGRAM,
)
