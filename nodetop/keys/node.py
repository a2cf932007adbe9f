"""The actions of the node screen."""

from collections.abc import Iterable

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
from nodetop.keys.process_list import PROCESS_LIST
from nodetop.model.panels import BUILT_IN, DIGITS

PROCESSES = "Processes"
ORDER = "Sort order"
TIME = "Time"
PANELS = "Panels"
NODETOP = "nodetop"
ACTING = "One process"

KILL = Action("kill", "F9 k", "kill", "signal the selected or tagged processes; asks first", ACTING, "kill")
LOOKS = (
    Action("environment", "e", "details('environment')", "its environment", ACTING),
    Action("open_files", "l", "details('files')", "its open files", ACTING),
)
ACTS = (
    Action("kill_9", "^X", "kill(9)", "send a signal, with KILL preselected", ACTING),
    Action("nice_lower", "F7", "nice(-1)", "higher priority: nice value - 1", ACTING),
    Action("nice_higher", "F8", "nice(1)", "lower priority: nice value + 1", ACTING),
    Action("io_priority", "i", "ionice", "its I/O priority", ACTING),
    Action("affinity", "a", "affinity", "CPU affinity", ACTING),
)
NODE: tuple[Action, ...] = (
    help_action(NODETOP),
    Action("filter", "/ F4 \\", "filter", "filter: text, !text, ~regex, cpu>5", PROCESSES, "filter"),
    Action("sort_menu", "F6 s", "sort_menu", "choose what to sort by", ORDER, "sort"),
    Action("details", "Enter", "details", "details of the selected process", ACTING, "details"),
    KILL,
    pause_action(TIME),
    quit_action(NODETOP),
    *steps(TIME),
    Action("trends", "w", "trends", "the last hour, day, week, month", TIME, "trends"),
    Action("alerts", "A", "app.alerts", "open and ended alerts of all nodes", NODETOP, "alerts"),
    Action("zoom", "z", "zoom", "zoom the focused panel to the whole screen, or back", PANELS, "zoom"),
    Action("explain", "x", "explain", "explain the values: formula, source, other tools", PANELS, "explain"),
    Action("search", "F3", "search", "search for a process", PROCESSES, "search"),
    Action("user", "u", "user_menu", "show one user's processes", PROCESSES, "user"),
    Action("follow", "F", "follow", "back to the selected process, follow it", PROCESSES, "follow"),
    Action("search_next", "n", "find(1)", "next match", PROCESSES),
    Action("search_previous", "N", "find(-1)", "previous match", PROCESSES),
    Action("kernel_threads", "K", "kernel", "hide or show kernel threads", PROCESSES),
    Action("cpu_of_machine", "0", "irix", "process CPU of one core or of the whole machine", PROCESSES),
    Action("command_folders", "d", "folders", "commands with or without the folder of their program", PROCESSES),
    *LOOKS,
    *ACTS,
    *PROCESS_LIST,
    Action("workloads", "7", "workloads", "containers, pods and units, with their own numbers", NODETOP, "workloads"),
    *moves(PROCESSES),
    *sorts(
        ORDER,
        (
            ("cpu", "P", "cpu", "by CPU"),
            ("memory", "M", "mem", "by memory"),
            ("time", "T", "time", "by CPU time"),
            ("disk", "D", "io", "by disk I/O"),
        ),
        "by the next column",
    ),
    *jumps(TIME),
    go_to_action(TIME),
    Action("save", "S", "save", "save the samples in memory to a file", TIME),
    Action("next_panel", "Tab", "focus_panel(1)", "next panel", PANELS),
    Action("previous_panel", "S-Tab", "focus_panel(-1)", "previous panel", PANELS),
    *(
        Action(f"panel_{name}", str(number), f"jump_to('{name}')", f"go to {name}", PANELS)
        for name, number in DIGITS.items()
    ),
    *(
        Action(f"toggle_{name}", f"M-{number}", f"toggle_panel('{name}')", f"hide or show {name}", PANELS)
        for name, number in DIGITS.items()
    ),
    Action("hide_panel", "_", "hide_panel", "hide the focused panel", PANELS),
    Action("next_layout", "v", "layout(1)", f"next layout: {', '.join(BUILT_IN)}, your own", PANELS),
    Action("previous_layout", "V", "layout(-1)", "previous layout", PANELS),
    clusters_action(NODETOP),
    options_action(NODETOP, "colours, keys, interval, units, panels"),
    palette_action(NODETOP),
    repaint_action(NODETOP),
    Action("escape", "Esc", "escape", "close, clear the filter, back to now", NODETOP),
)


def shown(actions: Iterable[Action], *, can_signal: bool) -> tuple[Action, ...]:
    """The actions for the footer: without signals if none can be sent."""
    return tuple(action for action in actions if can_signal or action is not KILL)
