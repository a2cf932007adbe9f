"""The panels of the node screen in one table, and which of them are shown: by layout, hidden, or zoomed. Pure."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

Place = Literal["top", "middle", "bottom"]
"""The rows of the node screen, from top to bottom."""


class PanelSpec(Struct, frozen=True):
    """A panel of the node screen. `title` and `about` are its text in the README. `metrics` are the snapshot fields
    that it shows. `needs` is a field without which it is not shown ("temperature.sensors").

    `share` is its share of the row's width, `narrow_share` the one on less than 100 cells. It is not shown on a screen
    with fewer rows than `least_height`; `rows` are what it wants inside its frame, where nothing else is known. If a
    row is too narrow for all its panels, the one with `dropped` 1 is dropped first, then 2 (0: never). `layouts` are
    the built-in layouts that show it, in addition to the full one. A panel that `is_optional` is not in the full layout
    and has no digit; it is shown once the user adds it."""

    name: str
    title: str
    about: str
    metrics: tuple[str, ...]
    place: Place = "middle"
    share: int = 30
    narrow_share: int = 0
    least_height: int = 0
    dropped: int = 0
    rows: int = 6
    needs: str = ""
    layouts: tuple[str, ...] = ("machine",)
    is_optional: bool = False
    height_share: float = 0.0
    """Of a screen with a process list: at least so much, if it has so many rows."""


SPECS: tuple[PanelSpec, ...] = (
    PanelSpec(
        "cpu", "CPU", "total and each core over time, shares, load, pressure", ("cpu",),
        "top", 64, 60, layouts=("processes", "machine", "workloads"),
    ),
    PanelSpec(
        "memory", "memory", "with swap, ZFS ARC and pressure", ("memory",),
        "top", 36, 40, layouts=("processes", "machine", "workloads"),
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
        "workloads", "workloads", "the busiest containers, pods and units; shown once you add it", ("workloads",),
        share=60, least_height=16, dropped=3, rows=10, layouts=("workloads",), is_optional=True,
        height_share=0.25,
    ),
    PanelSpec(
        "processes", "processes", "", ("processes",),
        "bottom", 100, layouts=("processes", "traffic", "workloads"),
    ),
)  # fmt: skip
"""In the order in which keys go through them. The first has the digit 1."""
PANELS = tuple(spec.name for spec in SPECS)
SPEC: Mapping[str, PanelSpec] = {spec.name: spec for spec in SPECS}
OPTIONAL = frozenset(spec.name for spec in SPECS if spec.is_optional)
USUAL = tuple(name for name in PANELS if name not in OPTIONAL)
"""Those of the full layout."""
DIGITS: Mapping[str, int] = dict(zip(USUAL, (1, 2, 3, 4, 5, 6, 8, 9), strict=False))
"""The key that jumps to a panel, shown before its name. 7 opens the screen of workloads."""
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "full": USUAL,
    **{
        name: tuple(spec.name for spec in SPECS if name in spec.layouts)
        for name in ("processes", "machine", "traffic", "workloads")
    },
}
DEFAULT = "full"


class Panels(Struct, frozen=True):
    """The chosen layout, the hidden panels (which the user may have changed one by one), the zoomed panel."""

    name: str = DEFAULT
    hidden: frozenset[str] = OPTIONAL
    zoomed: str | None = None
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The user's named layouts. They override built-in ones of the same name."""
    kept: tuple[str, frozenset[str]] | None = None
    """The layout whose panels the user changed one by one, and its hidden panels, while another layout is shown."""

    @property
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """All named layouts, with the panels they show."""
        return {**BUILT_IN, **self.own}

    def named(self, name: str) -> "Panels":
        """The panels of a named layout."""
        return replace(self, name=name, hidden=frozenset(PANELS) - set(self.known[name]), zoomed=None)

    def next(self, steps: int) -> "Panels":
        """The panels of the named layout so many steps further."""
        names = list(self.known)
        return self.choose(names[(names.index(self.name) + steps) % len(names)])

    def choose(self, name: str) -> "Panels":
        """The panels of a named layout; if the user had changed them one by one, as they were then."""
        kept = self.kept or (None if self.is_as_named else (self.name, self.hidden))
        if kept is not None and kept[0] == name:
            return replace(self, name=name, hidden=kept[1], zoomed=None, kept=None)
        return replace(self.named(name), kept=kept)

    def toggled(self, panel: str) -> "Panels":
        """With a panel hidden, or shown again. The last panel cannot be hidden."""
        hidden = self.hidden ^ {panel}
        return self if hidden >= set(PANELS) else replace(self, hidden=hidden, zoomed=None, kept=None)

    def zoom(self, panel: str | None) -> "Panels":
        """With one panel on the whole screen; None: with all panels."""
        return replace(self, zoomed=panel)

    def shows(self, panel: str) -> bool:
        """Whether it shows a panel, if there is room for it."""
        return panel not in self.hidden and self.zoomed in (None, panel)

    @property
    def is_as_named(self) -> bool:
        """Whether exactly the panels of the named layout are shown."""
        return self.hidden == frozenset(PANELS) - set(self.known[self.name])
