"""The actions of the screens of many nodes."""

from nodetop.keys.action import (
    Action,
    clusters_action,
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
from nodetop.keys.node import NODETOP

NODES = "Nodes"
WORKLOADS = "Workloads"
ORDER = "Order"
PROCESSES = "Processes of all nodes"

TIME = "Time"
_TIMES = (
    *steps(TIME),
    *jumps(TIME),
    go_to_action(TIME, "go to"),
)

CLUSTER: tuple[Action, ...] = (
    help_action(NODETOP),
    Action("open", "Enter", "open", "open the node", NODES, "open"),
    Action("filter", "/ F4 \\", "filter", "filter the nodes: text, !text, ~regex, cpu>50", NODES, "filter"),
    Action("sort_menu", "F6 s", "sort_menu", "choose what to sort by", ORDER, "sort"),
    Action("group", "y", "group", "group by a tag, by cluster, or not", ORDER),
    Action("map", "m", "map", "switch between list and map", NODES, "map"),
    Action("all_processes", "a", "processes", "the top processes of all nodes", NODES, "processes"),
    Action("workloads", "7", "workloads", "the top containers, pods and units of all nodes", NODES),
    Action("trends", "w", "trends", "the node's last hour, day, week, month", NODES, "trends"),
    Action("alerts", "A", "app.alerts", "open and ended alerts of all nodes", NODETOP, "alerts"),
    pause_action(TIME),
    quit_action(NODETOP),
    *_TIMES,
    Action("map_next", "v", "metric(1)", "next value on the map", NODES),
    Action("map_previous", "V", "metric(-1)", "previous value on the map", NODES),
    *moves(NODES),
    Action("left", "Left", "step(-1)", "in the map: the tile before", NODES),
    Action("right", "Right", "step(1)", "the tile after", NODES),
    *sorts(
        ORDER,
        (
            ("cpu", "P", "cpu", "by CPU"),
            ("memory", "M", "memory", "by memory"),
            ("disk", "D", "disk", "by the fullest file system"),
            ("temperature", "T", "temperature", "by temperature"),
            ("state", "S", "state", "by state, worst first"),
            ("name", "N", "name", "by name"),
        ),
        "by the next column",
    ),
    clusters_action(NODETOP),
    options_action(NODETOP),
    palette_action(NODETOP),
    repaint_action(NODETOP),
    Action("escape", "Esc", "escape", "close, clear the filter, back to now", NODETOP),
)

CLUSTER_PROCESSES: tuple[Action, ...] = (
    help_action(NODETOP),
    Action("open", "Enter", "open", "open the node with this process selected", PROCESSES, "open"),
    Action("filter", "/ F4 \\", "filter", "find text in name, command, user or PID", PROCESSES, "match"),
    Action("sort_cpu", "P", "sort('cpu')", "by CPU", PROCESSES, "CPU"),
    Action("sort_memory", "M", "sort('memory')", "by memory", PROCESSES, "memory"),
    Action("escape", "Esc", "escape", "clear the text; back to the nodes", PROCESSES, "back"),
    Action("all_processes", "a", "escape", "back to the nodes", PROCESSES),
    quit_action(NODETOP),
    pause_action(TIME, label=""),
    *_TIMES,
    *moves(PROCESSES),
    palette_action(NODETOP),
    repaint_action(NODETOP, "ask the hub again and redraw"),
)

CLUSTER_WORKLOADS: tuple[Action, ...] = (
    help_action(NODETOP),
    Action("open", "Enter", "open", "open the node of this workload", WORKLOADS, "open"),
    Action("filter", "/ F4 \\", "filter", "find text in name, group, kind or id", WORKLOADS, "match"),
    Action("sort_cpu", "P", "sort('cpu')", "by CPU", WORKLOADS, "CPU"),
    Action("sort_memory", "M", "sort('memory')", "by memory", WORKLOADS, "memory"),
    Action("sort_disk", "D", "sort('io')", "by disk I/O", WORKLOADS, "I/O"),
    Action("escape", "Esc", "escape", "clear the text; back to the nodes", WORKLOADS, "back"),
    Action("workloads", "7", "close", "back to the nodes", WORKLOADS),
    quit_action(NODETOP),
    *moves(WORKLOADS),
    palette_action(NODETOP),
    repaint_action(NODETOP, "ask the hub again and redraw"),
)
