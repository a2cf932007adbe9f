"""The actions of the inbox of alerts."""

from nodetop.keys.action import Action, moves
from nodetop.keys.node import NODETOP

ALERTS_GROUP = "Alerts"

ALERTS: tuple[Action, ...] = (
    Action("help", "F1 ? h", "help", "this help", NODETOP, "help"),
    Action("open", "Enter", "open", "open the node; in a recording, when the alert began", ALERTS_GROUP, "open"),
    Action("acknowledge", "a Space", "acknowledge", "seen: it calls no more; again: not seen", ALERTS_GROUP, "seen"),
    Action("mute", "m", "mute", "mute it, its kind or its node for a time", ALERTS_GROUP, "mute"),
    Action(
        "filter", "/ F4 \\", "filter", "those that contain all words; !word, ~regex, node=web", ALERTS_GROUP, "filter"
    ),
    Action("escape", "Esc", "escape", "clear the filter; back", ALERTS_GROUP, "back"),
    Action("alerts", "A", "escape", "back", ALERTS_GROUP),
    Action("quit", "q F10", "app.quit", "quit", NODETOP, "quit"),
    *moves(ALERTS_GROUP),
    Action("palette", ": ^P", "app.command_palette", "all that can be done, by name", NODETOP),
    Action("repaint", "r ^L ^R", "repaint", "paint everything anew", NODETOP),
)
