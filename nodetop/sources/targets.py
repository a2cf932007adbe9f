"""What a running monitor can switch to: this host, and the hubs that the user has remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nodetop.sources.source import Source


@dataclass(frozen=True)
class Target:
    """A name, and the URL of its hub; for this host empty."""

    name: str
    url: str = ""


class Targets(Protocol):
    """All that can be shown, and how it is opened."""

    current: str
    """The name of the one that is shown."""

    @property
    def all(self) -> Sequence[Target]:
        """In the order of the menu."""

    async def open(self, name: str) -> Source:
        """A source for it that has answered; it is the current one from then on. Raises SourceError: then nothing has
        changed."""
