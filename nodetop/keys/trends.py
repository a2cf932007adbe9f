"""The actions of the trends screen."""

from nodetop.keys.action import Action

TRENDS_GROUP = "Trends"
_WINDOWS = ("hour", "day", "week", "month")

TRENDS: tuple[Action, ...] = (
    Action("trends", "w", "window(1)", "next window: 1h, 24h, 7d, 30d", TRENDS_GROUP, "window"),
    Action("left", "Left", "move(-1)", "cursor back", TRENDS_GROUP, "cursor", "right"),
    Action("right", "Right", "move(1)", "cursor forward", TRENDS_GROUP),
    Action("page_up", "PgUp", "move(-10)", "ten cells back", TRENDS_GROUP),
    Action("page_down", "PgDn", "move(10)", "ten cells forward", TRENDS_GROUP),
    Action("jump_back", "{", "move(-10)", "ten cells back", TRENDS_GROUP),
    Action("jump_forward", "}", "move(10)", "ten cells forward", TRENDS_GROUP),
    Action("first", "Home g", "move(-10000)", "to the oldest", TRENDS_GROUP),
    Action("last", "End G", "move(10000)", "to the newest", TRENDS_GROUP),
    Action("live", "`", "move(10000)", "to now", TRENDS_GROUP),
    Action("repaint", "r ^L ^R", "reload", "read the history again", TRENDS_GROUP),
    Action("help", "F1 ? h", "help", "this help", TRENDS_GROUP, "help"),
    Action("escape", "Esc", "close", "back to the node", TRENDS_GROUP, "back"),
    Action("quit", "q F10", "app.quit", "quit", TRENDS_GROUP, "quit"),
    *(
        Action(f"window_{name}", str(number + 1), f"choose({number})", f"the last {name}", TRENDS_GROUP)
        for number, name in enumerate(_WINDOWS)
    ),
    Action("options", "F2 o", "app.options", "options: colours, keys, interval, units", TRENDS_GROUP),
    Action("palette", ": ^P", "app.command_palette", "all that can be done, by name", TRENDS_GROUP),
)
