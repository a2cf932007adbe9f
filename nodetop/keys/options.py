"""The actions of the options screen."""

from nodetop.keys.action import Action, help_action, moves, palette_action

GROUP = "Options"

OPTIONS: tuple[Action, ...] = (
    *moves(GROUP),
    Action("left", "Left", "turn(-1)", "previous value", GROUP),
    Action("right", "Right", "turn(1)", "next value", GROUP),
    Action("open", "Enter", "turn(1)", "next value", GROUP),
    Action("options", "F2 o", "close", "close", GROUP),
    Action("escape", "Esc", "close", "close", GROUP),
    help_action(GROUP, label=""),
    palette_action(GROUP),
    Action("quit", "q F10", "close", "close", GROUP),
)
