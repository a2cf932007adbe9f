"""The actions of the screen of one process."""

from nodetop.keys.action import Action, moves
from nodetop.keys.node import ACTS, KILL, NODETOP, TIME

DETAILS_GROUP = "Details"
SECTIONS = ("overview", "command", "environment", "files", "connections", "limits", "cgroup", "children")

DETAILS: tuple[Action, ...] = (
    Action("help", "F1 ? h", "help", "this help", NODETOP, "help"),
    Action("next_section", "Tab Right", "turn(1)", "the next section", DETAILS_GROUP, "section"),
    Action("previous_section", "S-Tab Left", "turn(-1)", "the one before", DETAILS_GROUP),
    Action("filter", "/ F4 \\", "filter", "the lines of the section that contain a text", DETAILS_GROUP, "filter"),
    KILL,
    Action("details", "Enter", "details", "among children: the one under the bar", DETAILS_GROUP, "child"),
    Action("escape", "Esc", "escape", "clear the filter; back to where one came from", NODETOP, "back"),
    Action("quit", "q F10", "app.quit", "quit", NODETOP, "quit"),
    Action("environment", "e", "open('environment')", "its environment", DETAILS_GROUP),
    Action("open_files", "l", "open('files')", "its open files", DETAILS_GROUP),
    *(
        Action(f"section_{name}", str(number), f"open('{name}')", f"the section {name}", DETAILS_GROUP)
        for number, name in enumerate(SECTIONS, 1)
    ),
    *moves(DETAILS_GROUP),
    *ACTS,
    Action("pause", "p Z", "pause", "pause, and go on", TIME),
    Action("step_back", "[", "step(-1)", "one sample back", TIME),
    Action("step_forward", "]", "step(1)", "one sample forward", TIME),
    Action("jump_back", "{", "jump(-60)", "a minute back", TIME),
    Action("jump_forward", "}", "jump(60)", "a minute forward", TIME),
    Action("live", "`", "live", "back to now", TIME),
    Action("options", "F2 o", "app.options", "options: colours, keys, interval, units, panels", NODETOP),
    Action("palette", ": ^P", "app.command_palette", "all that can be done, by name", NODETOP),
    Action("repaint", "r ^L ^R", "repaint", "read and paint anew", NODETOP),
)
