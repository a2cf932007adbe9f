"""What a key can do on a screen, as data: bindings, footer, help and command palette are all made from it."""

from collections.abc import Iterable

from msgspec import Struct


class Action(Struct, frozen=True):
    """`id` is its name in the [keys] table, the same on every screen that has it. `keys` are the default ones, as
    displayed and separated by spaces ("F4 / \\"); `do` is the screen's action. `label` puts it into the footer,
    together with the key of the action `beside` if there is one; `text` is its line in the help, under `group`."""

    id: str
    keys: str
    do: str
    text: str
    group: str
    label: str = ""
    beside: str = ""


def help_action(group: str, label: str = "help") -> Action:
    """Shows the keys of the screen."""
    return Action("help", "F1 ? h", "app.help", "this help", group, label)


def quit_action(group: str, label: str = "quit") -> Action:
    """Ends the program."""
    return Action("quit", "q F10", "app.quit", "quit", group, label)


def options_action(group: str, what: str = "colours, keys, interval, units") -> Action:
    """Opens the options; `what` are those that change something on the screen."""
    return Action("options", "F2 o", "app.options", f"options: {what}", group)


def clusters_action(group: str) -> Action:
    """Opens the menu of what else can be shown."""
    return Action("clusters", "@", "app.clusters", "another remembered cluster, or this host", group)


def palette_action(group: str) -> Action:
    """Opens the command palette."""
    return Action("palette", ": ^P", "app.palette", "all actions by name", group)


def repaint_action(group: str, text: str = "redraw the screen") -> Action:
    """Redraws the screen."""
    return Action("repaint", "r ^L ^R", "repaint", text, group)


def steps(group: str) -> tuple[Action, ...]:
    """A sample back and forward."""
    return (
        Action("step_back", "[", "step_time(-1)", "one sample back", group, "step", "step_forward"),
        Action("step_forward", "]", "step_time(1)", "one sample forward", group),
    )


def jumps(group: str) -> tuple[Action, ...]:
    """A minute back and forward, and the present."""
    return (
        Action("jump_back", "{", "jump_time(-60)", "a minute back", group),
        Action("jump_forward", "}", "jump_time(60)", "a minute forward", group),
        Action("live", "`", "live", "back to now", group),
    )


def go_to_action(group: str, label: str = "") -> Action:
    """Asks for a time."""
    return Action("go_to_time", "b", "go_to", "go to a time: 14:03, 2026-11-24 14:03, -5m, -2h", group, label)


def pause_action(group: str, label: str = "pause") -> Action:
    """Stops the time that is shown, or lets it go on."""
    return Action("pause", "p Z", "pause", "pause or resume", group, label)


def moves(group: str) -> tuple[Action, ...]:
    """Up and down in a list."""
    return (
        Action("up", "Up", "move(-1)", "a row up", group),
        Action("down", "Down", "move(1)", "a row down", group),
        Action("page_up", "PgUp", "page(-1.0)", "a page up", group),
        Action("page_down", "PgDn", "page(1.0)", "a page down", group),
        Action("half_page_up", "^U", "page(-0.5)", "half a page up", group),
        Action("half_page_down", "^D", "page(0.5)", "half a page down", group),
        Action("first", "Home g", "home", "first row", group),
        Action("last", "End G", "end", "last row", group),
    )


def sorts(group: str, columns: Iterable[tuple[str, str, str, str]], next_text: str) -> tuple[Action, ...]:
    """Sort orders of a list; each column is (id, keys, name of the sort, text)."""
    return (
        *(Action(f"sort_{name}", keys, f"sort('{sort}')", text, group) for name, keys, sort, text in columns),
        Action("sort_previous", "<", "sort_next(-1)", "by the previous column", group),
        Action("sort_next", ">", "sort_next(1)", next_text, group),
        Action("reverse", "I", "reverse", "reverse; so does the same key again", group),
    )
