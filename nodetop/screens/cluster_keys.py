"""The keys of the cluster's screens. Footer and help are made from these lists."""

from textual.binding import Binding

from nodetop.screens.node_keys import NODETOP, key

NODES = Binding.Group("Nodes")
ORDER = Binding.Group("Order")
PROCESSES = Binding.Group("Processes of all nodes")

MOVES: list[tuple[str, str, str]] = [
    ("up", "move(-1)", "up"),
    ("down", "move(1)", "down"),
    ("pageup", "page(-1.0)", "a page up"),
    ("pagedown", "page(1.0)", "a page down"),
    ("ctrl+u", "page(-0.5)", "half a page up"),
    ("ctrl+d", "page(0.5)", "half a page down"),
    ("home,g", "home", "first row"),
    ("end,G", "end", "last row"),
]

CLUSTER_BINDINGS: list[Binding] = [
    key("f1,question_mark,h", "help", "help", "this help", NODETOP, "F1"),
    key("enter", "open", "open", "open the node", NODES, "Enter"),
    key("slash,f4,backslash", "filter", "filter", "filter the nodes: text, !text, state=late, cpu>50", NODES, "/"),
    key("f6,s", "sort_menu", "sort", "choose what to sort by", ORDER, "F6"),
    key("m", "map", "map", "a tile for each node, and back to the list", NODES, "m"),
    key("a", "processes", "processes", "the top processes of all nodes", NODES, "a"),
    key("w", "trends", "trends", "the node's last hour, day, week, month", NODES, "w"),
    key("p,Z", "pause", "pause", "pause, and go on", NODES, "p"),
    key("q,f10", "app.quit", "quit", "quit", NODETOP, "q"),
    key("v", "metric(1)", "", "what the tiles of the map tell: the next", NODES),
    key("V", "metric(-1)", "", "the one before", NODES),
    *(key(keys, action, "", text, NODES) for keys, action, text in MOVES),
    key("left", "step(-1)", "", "in the map: one tile back", NODES),
    key("right", "step(1)", "", "in the map: one tile on", NODES),
    key("P", "sort('cpu')", "", "by CPU", ORDER),
    key("M", "sort('memory')", "", "by memory", ORDER),
    key("D", "sort('disk')", "", "by the fullest file system", ORDER),
    key("T", "sort('temperature')", "", "by temperature", ORDER),
    key("S", "sort('state')", "", "by state, the worst first", ORDER),
    key("N", "sort('name')", "", "by name", ORDER),
    key("less_than_sign", "sort_next(-1)", "", "by the column before", ORDER),
    key("greater_than_sign", "sort_next(1)", "", "by the next column", ORDER),
    key("I", "reverse", "", "the other way round; the same key twice does so too", ORDER),
    key("r,ctrl+l,ctrl+r", "repaint", "", "paint everything anew", NODETOP),
    key("escape", "escape", "", "close, clear the filter, go on after a pause", NODETOP),
]

CLUSTER_PROCESS_BINDINGS: list[Binding] = [
    key("f1,question_mark,h", "help", "help", "this help", NODETOP, "F1"),
    key("enter", "open", "open", "open the node, with the bar on the process", PROCESSES, "Enter"),
    key(
        "slash,f4,backslash",
        "filter",
        "match",
        "those whose name, command, user or PID contains a text",
        PROCESSES,
        "/",
    ),
    key("P", "sort('cpu')", "CPU", "by CPU", PROCESSES, "P"),
    key("M", "sort('memory')", "memory", "by memory", PROCESSES, "M"),
    key("escape,a", "escape", "back", "clear the text; back to the nodes", PROCESSES, "Esc"),
    key("q,f10", "app.quit", "quit", "quit", NODETOP, "q"),
    *(key(keys, action, "", text, PROCESSES) for keys, action, text in MOVES),
    key("r,ctrl+l,ctrl+r", "repaint", "", "ask and paint anew", NODETOP),
]
