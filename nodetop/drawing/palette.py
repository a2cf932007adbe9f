"""The few colours that define a theme, and the theme that is made of them."""

from msgspec import Struct

from nodetop.drawing.colours import gradient, mix
from nodetop.drawing.theme import DECORATION, STEPS, TEXT, Style, Theme


class Palette(Struct, frozen=True):
    """The few colours that define a theme; gradients are stops from least to most."""

    ground: str
    ink: str
    strong: str
    dim: str
    faint: str
    border: str
    accent: str
    key: str
    good: str
    warning: str
    critical: str
    selected: str
    load: tuple[str, ...]
    memory: tuple[str, ...]
    heat: tuple[str, ...]
    receive: tuple[str, ...]
    transmit: tuple[str, ...]
    read: tuple[str, ...]
    write: tuple[str, ...]
    cache: str
    buffers: str


def theme_of(name: str, dark: bool, p: Palette) -> Theme:
    """A theme with all styles that panels use."""
    plain = {
        "text": Style(p.ink, basic=TEXT),
        "dim": Style(p.dim, dim=True, basic=TEXT),
        "faint": Style(p.faint, dim=True, basic=DECORATION),
        "title": Style(p.strong, bold=True, basic=TEXT),
        "label": Style(p.dim, dim=True, basic=TEXT),
        "value": Style(p.strong, basic=TEXT),
        "accent": Style(p.accent),
        "border": Style(p.border, dim=True, basic=DECORATION),
        "border.focused": Style(p.accent),
        "key": Style(p.key, bold=True),
        "key.label": Style(p.dim, basic=TEXT),
        "good": Style(p.good),
        "warning": Style(p.warning, bold=True),
        "critical": Style(p.critical, bold=True),
        "live": Style(p.good),
        "paused": Style(p.warning, bold=True),
        "stale": Style(p.critical, bold=True),
        "cache": Style(p.cache),
        "buffers": Style(p.buffers),
        "free": Style(p.faint, dim=True, basic=DECORATION),
        "table.header": Style(p.dim, bold=True, basic=TEXT),
        "table.sorted": Style(p.accent, bold=True),
        "selected": Style(p.strong, p.selected),
        "selected.dim": Style(mix(p.dim, p.strong, 0.5), p.selected),
        "match": Style(p.key, underline=True),
        "input": Style(p.strong, mix(p.ground, p.selected, 0.6)),
        "error": Style(p.critical, bold=True),
        "state.running": Style(p.good, bold=True),
        "state.sleeping": Style(p.dim, basic=TEXT),
        "state.waiting": Style(p.warning, bold=True),
        "state.stopped": Style(p.accent),
        "state.zombie": Style(p.critical, bold=True),
        "state.idle": Style(p.dim, dim=True, basic=TEXT),
    }
    scales = {
        "load": p.load, "memory": p.memory, "heat": p.heat, "receive": p.receive, "transmit": p.transmit,
        "read": p.read, "write": p.write,
    }  # fmt: skip
    steps = {
        f"{scale}.{step}": Style(colour)
        for scale, stops in scales.items()
        for step, colour in enumerate(gradient(stops, STEPS))
    }
    return Theme(name, dark, p.ink, p.ground, plain | steps)
