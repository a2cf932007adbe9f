"""Text as one character for each cell of a terminal, so that cells can be counted and compared as characters."""

import re
from functools import lru_cache

from nodetop.base.text import width

SECOND_HALF = "\x01"
"""The right half of a wide character."""
NARROW = re.compile("[ -~¡-¬®-ʯ\u2010-\u2027\u2030-\u205e\u2074-\u208e←-⇿─-◼⠀-⣿�]*")
"""Matches text whose characters take one cell each in every terminal; not all such text."""
_FIRST, _LAST = 0x100000, 0x10FFFD


class CellText:
    """A character with combining marks is one cell, for which a character of a private area stands."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._clusters: dict[str, str] = {}

    def cells(self, text: str) -> str | None:
        """One character for each cell; None if there have been too many different clusters."""
        out: list[str] = []
        for cluster, cells in _clusters(text):
            is_itself = len(cluster) == 1 and cluster < chr(_FIRST)
            name = cluster if is_itself else self._name(cluster)
            if name is None:
                return None
            out.append(name + SECOND_HALF * (cells - 1))
        return "".join(out)

    def _name(self, cluster: str) -> str | None:
        name = self._names.get(cluster)
        if name is None:
            if _FIRST + len(self._names) > _LAST:
                self._names.clear()
                self._clusters.clear()
                return None
            name = self._names[cluster] = chr(_FIRST + len(self._names))
            self._clusters[name] = cluster
        return name

    def text(self, cells: str) -> str:
        """What to send for these cells."""
        return "".join(self._clusters.get(cell, cell) for cell in cells if cell != SECOND_HALF)


@lru_cache(maxsize=1024)
def _clusters(text: str) -> list[tuple[str, int]]:
    """Characters, each with the marks that combine with it, and the cells they take."""
    clusters: list[str] = []
    for character in text:
        if clusters and width(character) == 0:
            clusters[-1] += character
        else:
            clusters.append(character)
    return [(cluster, width(cluster)) for cluster in clusters]
