"""Counters since the start of the hub, by name. The status route reports them."""

from nodetop.model.bounds import LARGEST_COUNT


class Counters:
    """Names come only from the hub's own code, so their number is small."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, name: str, count: int = 1) -> None:
        """A count stays within the model's bounds, because some come from nodes."""
        self._counts[name] = min(self._counts.get(name, 0) + count, LARGEST_COUNT)

    def __getitem__(self, name: str) -> int:
        return self._counts.get(name, 0)

    def all(self) -> dict[str, int]:
        """A copy, sorted by name."""
        return dict(sorted(self._counts.items()))
