"""The actions of the alert inbox."""

from nodetop.keys.action import Action, help_action, moves, palette_action, quit_action, repaint_action
from nodetop.keys.node import NODETOP

ALERTS_GROUP = "Alerts"

ALERTS: tuple[Action, ...] = (
    help_action(NODETOP),
    Action(
        "open",
        "Enter",
        "open",
        "open the node; of an ended alert, when it began",
        ALERTS_GROUP,
        "open",
    ),
    Action("acknowledge", "a Space", "acknowledge", "acknowledge it, or undo that", ALERTS_GROUP, "ack"),
    Action("mute", "m", "mute", "mute it, its kind or its node for a while", ALERTS_GROUP, "mute"),
    Action("try", "t", "try_rule", "try its rule, or another limit, on the past", ALERTS_GROUP, "try"),
    Action("filter", "/ F4 \\", "filter", "filter the alerts: word, !word, ~regex, node=web", ALERTS_GROUP, "filter"),
    Action("escape", "Esc", "escape", "clear the filter; back", ALERTS_GROUP, "back"),
    Action("alerts", "A", "escape", "back", ALERTS_GROUP),
    quit_action(NODETOP),
    *moves(ALERTS_GROUP),
    palette_action(NODETOP),
    repaint_action(NODETOP),
)
