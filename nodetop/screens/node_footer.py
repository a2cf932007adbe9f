"""What the node screen's footer shows. Apart from the key bindings, so that a first frame needs no Textual; a test
holds the two together."""

NODE_FOOTER: tuple[tuple[str, str], ...] = (
    ("F1", "help"),
    ("/", "filter"),
    ("F6", "sort"),
    ("p", "pause"),
    ("[ ]", "step"),
    ("w", "trends"),
    ("z", "zoom"),
    ("q", "quit"),
    ("F3", "search"),
    ("u", "user"),
    ("F", "follow"),
)
