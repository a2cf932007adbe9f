"""The keys of the node screen. Footer and help are made from this list: what stands here is what there is."""

from textual.binding import Binding

PROCESSES = Binding.Group("Processes")
ORDER = Binding.Group("Order of processes")
TIME = Binding.Group("Time")
PANELS = Binding.Group("Panels")
NODETOP = Binding.Group("nodetop")


def key(keys: str, action: str, label: str, text: str, group: Binding.Group, shown: str = "") -> Binding:
    """A binding: `label` is for the footer, `text` for the help; `shown` is the key's name in the footer, if there."""
    return Binding(keys, action, label, show=bool(shown), key_display=shown or None, tooltip=text, group=group)


NODE_BINDINGS: list[Binding] = [
    key("f1,question_mark,h", "help", "help", "this help", NODETOP, "F1"),
    key("slash,f4,backslash", "filter", "filter", "filter the processes: text, !regex, cpu>5", PROCESSES, "/"),
    key("f6,s", "sort_menu", "sort", "choose what to sort by", ORDER, "F6"),
    key("p,Z", "pause", "pause", "pause, and go on", TIME, "p"),
    key("left_square_bracket", "step(-1)", "step", "one sample back", TIME, "[ ]"),
    key("right_square_bracket", "step(1)", "", "one sample forward", TIME),
    key("w", "trends", "trends", "the last hour, day, week, month", TIME, "w"),
    key("z", "zoom", "zoom", "the focused panel over the whole screen, and back", PANELS, "z"),
    key("q,f10", "app.quit", "quit", "quit", NODETOP, "q"),
    key("f3", "search", "search", "search a process; n and N go on to the next and the previous", PROCESSES, "F3"),
    key("u", "user_menu", "user", "show one user's processes", PROCESSES, "u"),
    key("F", "follow", "follow", "keep the selected process in sight", PROCESSES, "F"),
    key("n", "find(1)", "", "next process that the search finds", PROCESSES),
    key("N", "find(-1)", "", "previous one", PROCESSES),
    key("K", "kernel", "", "hide the kernel's threads, and show them", PROCESSES),
    key("0", "irix", "", "CPU of processes per core or of the whole machine", PROCESSES),
    key("up", "move(-1)", "", "up", PROCESSES),
    key("down", "move(1)", "", "down", PROCESSES),
    key("pageup", "page(-1.0)", "", "a page up", PROCESSES),
    key("pagedown", "page(1.0)", "", "a page down", PROCESSES),
    key("ctrl+u", "page(-0.5)", "", "half a page up", PROCESSES),
    key("ctrl+d", "page(0.5)", "", "half a page down", PROCESSES),
    key("home,g", "home", "", "first row", PROCESSES),
    key("end,G", "end", "", "last row", PROCESSES),
    key("P", "sort('cpu')", "", "by CPU", ORDER),
    key("M", "sort('mem')", "", "by memory", ORDER),
    key("T", "sort('time')", "", "by CPU time", ORDER),
    key("D", "sort('io')", "", "by disk I/O", ORDER),
    key("less_than_sign", "sort_next(-1)", "", "by the column before", ORDER),
    key("greater_than_sign", "sort_next(1)", "", "by the next column", ORDER),
    key("I", "reverse", "", "the other way round; the same key twice does so too", ORDER),
    key("left_curly_bracket", "jump(-60)", "", "a minute back", TIME),
    key("right_curly_bracket", "jump(60)", "", "a minute forward", TIME),
    key("grave_accent", "live", "", "back to now", TIME),
    key("b", "go_to", "", "go to a time: 14:03, 14:03:20, -5m", TIME),
    key("tab", "focus_panel(1)", "", "next panel", PANELS),
    key("shift+tab", "focus_panel(-1)", "", "previous panel", PANELS),
    *(
        key(str(number), f"jump_to('{name}')", "", name, PANELS)
        for number, name in enumerate(("cpu", "memory", "disks", "network", "temperature", "processes"), 1)
    ),
    key("r,ctrl+l,ctrl+r", "repaint", "", "paint everything anew", NODETOP),
    key("escape", "escape", "", "close, clear the filter, back to now", NODETOP),
]

KEY_NAMES = {
    "question_mark": "?", "slash": "/", "backslash": "\\", "left_square_bracket": "[", "right_square_bracket": "]",
    "less_than_sign": "<", "greater_than_sign": ">", "left_curly_bracket": "{", "right_curly_bracket": "}",
    "grave_accent": "`", "up": "↑", "down": "↓", "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn",
    "home": "Home", "end": "End", "escape": "Esc", "tab": "Tab", "shift+tab": "S-Tab", "enter": "Enter",
    "space": "Space",
}  # fmt: skip


def key_name(name: str) -> str:
    """A key as people read it: "^U", "F4", "/"."""
    if name in KEY_NAMES:
        return KEY_NAMES[name]
    if name.startswith("ctrl+"):
        return f"^{name.removeprefix('ctrl+').upper()}"
    return name.upper() if name[:1] == "f" and name[1:].isdigit() else name


def footer_keys(bindings: list[Binding]) -> tuple[tuple[str, str], ...]:
    """Key and label of what the footer shows."""
    return tuple((binding.key_display or "", binding.description) for binding in bindings if binding.show)
