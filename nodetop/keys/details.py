"""The actions of the process details screen."""

from nodetop.keys.action import (
    Action,
    help_action,
    jumps,
    moves,
    options_action,
    palette_action,
    pause_action,
    quit_action,
    repaint_action,
)
from nodetop.keys.node import ACTS, KILL, NODETOP, TIME

DETAILS_GROUP = "Details"
SECTIONS = ("overview", "command", "environment", "files", "connections", "limits", "cgroup", "children")

DETAILS: tuple[Action, ...] = (
    help_action(NODETOP),
    Action("next_section", "Tab Right", "turn(1)", "next section", DETAILS_GROUP, "section"),
    Action("previous_section", "S-Tab Left", "turn(-1)", "previous section", DETAILS_GROUP),
    Action(
        "filter",
        "/ F4 \\",
        "filter",
        "filter the lines of the section: word, !word, ~regex",
        DETAILS_GROUP,
        "filter",
    ),
    KILL,
    Action("details", "Enter", "details", "in the list of children: open the selected one", DETAILS_GROUP, "child"),
    Action("escape", "Esc", "escape", "clear the filter; back", NODETOP, "back"),
    quit_action(NODETOP),
    Action("environment", "e", "open('environment')", "its environment", DETAILS_GROUP),
    Action("open_files", "l", "open('files')", "its open files", DETAILS_GROUP),
    *(
        Action(f"section_{name}", str(number), f"open('{name}')", f"the section {name}", DETAILS_GROUP)
        for number, name in enumerate(SECTIONS, 1)
    ),
    *moves(DETAILS_GROUP),
    *ACTS,
    pause_action(TIME, label=""),
    Action("step_back", "[", "step_time(-1)", "one sample back", TIME),
    Action("step_forward", "]", "step_time(1)", "one sample forward", TIME),
    *jumps(TIME),
    options_action(NODETOP, "colours, keys, interval, units, panels"),
    palette_action(NODETOP),
    repaint_action(NODETOP, "read again and redraw"),
)
