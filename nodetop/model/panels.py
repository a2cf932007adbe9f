"""The panels of the node screen, in one table; which of them it shows: named layouts, what the user hid, which one
fills the screen. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

Place = Literal["top", "middle", "bottom"]
"""The rows of the node screen, from its upper edge to its lower one."""


class PanelSpec(NamedTuple):
    """A panel of the node screen. `title` and `about` are what the README says of it; `metrics` are the fields of a
    snapshot that it shows, and `needs` the one without which it has no place ("temperature.sensors").

    In its row it has `share` of the width, on less than 100 cells `narrow_share`. On a screen of fewer rows than
    `least_height` it is not shown; where a row has no room for all, the one that is `dropped` first goes first (0: it
    stays). `layouts` are the built-in ones that show it, besides the full one."""

    name: str
    title: str
    about: str
    metrics: tuple[str, ...]
    place: Place = "middle"
    share: int = 30
    narrow_share: int = 0
    least_height: int = 0
    dropped: int = 0
    needs: str = ""
    layouts: tuple[str, ...] = ("machine",)


SPECS: tuple[PanelSpec, ...] = (
    PanelSpec(
        "cpu", "CPU", "total over time, each core, shares, load, pressure", ("cpu",),
        "top", 64, 60, layouts=("processes", "machine"),
    ),
    PanelSpec(
        "memory", "memory", "with swap, ZFS ARC and pressure", ("memory",),
        "top", 36, 40, layouts=("processes", "machine"),
    ),
    PanelSpec(
        "disks", "disks", "space, bytes, operations, waiting time, busy time", ("disks", "filesystems"),
        share=42, least_height=16, dropped=2, layouts=("machine", "traffic"),
    ),
    PanelSpec(
        "network", "network", "one line per interface", ("networks",),
        share=34, least_height=13, layouts=("machine", "traffic"),
    ),
    PanelSpec(
        "temperature", "temperatures", "with the limits that the sensors report", ("temperature",),
        share=24, least_height=18, dropped=1, needs="temperature.sensors",
    ),
    PanelSpec(
        "processes", "processes", "", ("processes",),
        "bottom", 100, layouts=("processes", "traffic"),
    ),
)  # fmt: skip
"""In the order in which keys walk through them: the first has the digit 1."""
PANELS = tuple(spec.name for spec in SPECS)
SPEC: Mapping[str, PanelSpec] = {spec.name: spec for spec in SPECS}
DIGITS: Mapping[str, int] = {name: number for number, name in enumerate(PANELS[:9], 1)}
"""The key that jumps to a panel, shown before its name."""
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "full": PANELS,
    **{
        name: tuple(spec.name for spec in SPECS if name in spec.layouts) for name in ("processes", "machine", "traffic")
    },
}
DEFAULT = "full"


@dataclass(frozen=True)
class Panels:
    """A named layout, panels hidden instead of what it says if the user chose them one by one, the zoomed panel."""

    name: str = DEFAULT
    hidden: frozenset[str] = frozenset()
    zoomed: str | None = None
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The user's named layouts, over the built-in ones."""

    @property
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """All named layouts, each with the panels it shows."""
        return {**BUILT_IN, **self.own}

    def named(self, name: str) -> "Panels":
        """As a named layout shows it."""
        return replace(self, name=name, hidden=frozenset(PANELS) - set(self.known[name]), zoomed=None)

    def next(self, steps: int) -> "Panels":
        """As the named layout so many places further on shows it."""
        names = list(self.known)
        return self.named(names[(names.index(self.name) + steps) % len(names)])

    def toggled(self, panel: str) -> "Panels":
        """With a panel hidden or shown again. The last one that is shown stays."""
        hidden = self.hidden ^ {panel}
        return self if hidden >= set(PANELS) else replace(self, hidden=hidden, zoomed=None)

    def zoom(self, panel: str | None) -> "Panels":
        """With one panel over the whole screen; None: with all of them."""
        return replace(self, zoomed=panel)

    @property
    def is_as_named(self) -> bool:
        """Whether nothing is hidden or shown beside what the name says."""
        return self.hidden == frozenset(PANELS) - set(self.known[self.name])
