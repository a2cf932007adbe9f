"""Which panels the node screen shows: named layouts, what the user hid, which one fills the screen. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

PANELS = ("cpu", "memory", "disks", "network", "temperature", "processes")
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "full": PANELS,
    "processes": ("cpu", "memory", "processes"),
    "machine": ("cpu", "memory", "disks", "network", "temperature"),
    "traffic": ("disks", "network", "processes"),
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
