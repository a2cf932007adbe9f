"""The actions of the explanations screen."""

from nodetop.keys.action import Action, help_action, palette_action, quit_action, repaint_action
from nodetop.model.panels import DIGITS

EXPLAIN_GROUP = "Explanations"

EXPLAIN: tuple[Action, ...] = (
    Action("up", "Up", "move(-1)", "the value above", EXPLAIN_GROUP, "value", "down"),
    Action("down", "Down", "move(1)", "the value below", EXPLAIN_GROUP),
    Action("next_panel", "Tab", "next_panel(1)", "the next panel's values", EXPLAIN_GROUP, "panel"),
    Action("previous_panel", "S-Tab", "next_panel(-1)", "the previous panel's values", EXPLAIN_GROUP),
    *(
        Action(f"panel_{name}", str(number), f"panel('{name}')", f"the values of {name}", EXPLAIN_GROUP)
        for name, number in DIGITS.items()
    ),
    Action("page_up", "PgUp", "scroll(-1.0)", "page up in the text", EXPLAIN_GROUP),
    Action("page_down", "PgDn", "scroll(1.0)", "page down in the text", EXPLAIN_GROUP, "text"),
    Action("half_page_up", "^U", "scroll(-0.5)", "half a page up in the text", EXPLAIN_GROUP),
    Action("half_page_down", "^D", "scroll(0.5)", "half a page down in the text", EXPLAIN_GROUP),
    Action("first", "Home g", "home", "the first value", EXPLAIN_GROUP),
    Action("last", "End G", "end", "the last value", EXPLAIN_GROUP),
    Action("explain", "x", "close", "back", EXPLAIN_GROUP),
    Action("escape", "Esc", "close", "back to the node", EXPLAIN_GROUP, "back"),
    help_action(EXPLAIN_GROUP, label=""),
    repaint_action(EXPLAIN_GROUP, "read the kernel's fields again"),
    palette_action(EXPLAIN_GROUP),
    quit_action(EXPLAIN_GROUP, label=""),
)
