"""The actions of the options screen."""

from nodetop.keys.action import Action

GROUP = "Options"

OPTIONS: tuple[Action, ...] = (
    Action("up", "Up", "move(-1)", "the option above", GROUP),
    Action("down", "Down", "move(1)", "the option below", GROUP),
    Action("first", "Home g", "move(-1000)", "the first option", GROUP),
    Action("last", "End G", "move(1000)", "the last option", GROUP),
    Action("left", "Left", "turn(-1)", "the value before", GROUP),
    Action("right", "Right", "turn(1)", "the next value", GROUP),
    Action("open", "Enter", "turn(1)", "the next value", GROUP),
    Action("options", "F2 o", "close", "close", GROUP),
    Action("escape", "Esc", "close", "close", GROUP),
    Action("help", "F1 ? h", "help", "this help", GROUP),
    Action("palette", ": ^P", "app.command_palette", "all that can be done, by name", GROUP),
    Action("quit", "q F10", "close", "close", GROUP),
)
