"""The actions of the screen on which a rule is tried on the past."""

from nodetop.keys.action import Action, help_action, moves, palette_action, quit_action, repaint_action
from nodetop.keys.node import NODETOP

TRIAL_GROUP = "Try a rule"

TRIAL: tuple[Action, ...] = (
    help_action(NODETOP),
    Action("try", "t", "try_rule", "try another limit or rule", TRIAL_GROUP, "other limit"),
    Action("escape", "Esc", "close", "back", TRIAL_GROUP, "back"),
    quit_action(NODETOP),
    *moves(TRIAL_GROUP),
    palette_action(NODETOP),
    repaint_action(NODETOP),
)
