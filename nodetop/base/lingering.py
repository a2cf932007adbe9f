"""What was shown a moment ago stays for a minute, so that lists do not flap between refreshes. Pure."""

from collections.abc import Hashable

STAYS_SECONDS = 60.0


class Lingering:
    """Remembers when something last deserved its place. Times are those of samples, which may also run backwards."""

    def __init__(self) -> None:
        self._last: dict[Hashable, float] = {}

    def stays(self, key: Hashable, deserves: bool, at: float) -> bool:
        """Whether to show it at this time: it deserves it now, or did within the last minute."""
        if deserves:
            self._last[key] = at
            return True
        last = self._last.get(key)
        if last is None:
            return False
        if abs(at - last) <= STAYS_SECONDS:
            return True
        del self._last[key]
        return False


class SteadyRows:
    """Numbers of rows that grow at once, and shrink only after the larger number was not needed for a minute."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, float]] = {}

    def rows(self, name: str, wanted: int, at: float) -> int:
        """The number of rows to reserve at this time for something that wants so many."""
        kept, since = self._kept.get(name, (0, at))
        if wanted >= kept or abs(at - since) > STAYS_SECONDS:
            self._kept[name] = (wanted, at)
            return wanted
        return kept
