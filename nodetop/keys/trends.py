"""The actions of the trends screen."""

from nodetop.keys.action import (
    Action,
    help_action,
    options_action,
    palette_action,
    quit_action,
    repaint_action,
)

TRENDS_GROUP = "Trends"
CHARTS_LABEL = "charts"
WINDOW_NAMES = ("hour", "day", "week", "month")

TRENDS: tuple[Action, ...] = (
    Action("trends", "w", "window(1)", "next window: 1h, 24h, 7d, 30d", TRENDS_GROUP, "window"),
    Action("left", "Left", "move(-1)", "cursor back", TRENDS_GROUP, "cursor", "right"),
    Action("right", "Right", "move(1)", "cursor forward", TRENDS_GROUP),
    Action("up", "Up", "scroll(-1)", "charts above, where not all fit", TRENDS_GROUP, CHARTS_LABEL, "down"),
    Action("down", "Down", "scroll(1)", "charts below", TRENDS_GROUP),
    Action("page_up", "PgUp", "move(-10)", "ten cells back", TRENDS_GROUP),
    Action("page_down", "PgDn", "move(10)", "ten cells forward", TRENDS_GROUP),
    Action("jump_back", "{", "move(-10)", "ten cells back", TRENDS_GROUP),
    Action("jump_forward", "}", "move(10)", "ten cells forward", TRENDS_GROUP),
    Action("first", "Home g", "move(-10000)", "to the oldest", TRENDS_GROUP),
    Action("last", "End G", "move(10000)", "to the newest", TRENDS_GROUP),
    Action("live", "`", "move(10000)", "to now", TRENDS_GROUP),
    Action("open", "Enter", "open", "show this time on the screen of the node", TRENDS_GROUP, "go there"),
    repaint_action(TRENDS_GROUP, "read the history again"),
    help_action(TRENDS_GROUP),
    Action("escape", "Esc", "close", "back to the node", TRENDS_GROUP, "back"),
    quit_action(TRENDS_GROUP),
    *(
        Action(f"window_{name}", str(number + 1), f"choose({number})", f"the last {name}", TRENDS_GROUP)
        for number, name in enumerate(WINDOW_NAMES)
    ),
    options_action(TRENDS_GROUP),
    palette_action(TRENDS_GROUP),
)
