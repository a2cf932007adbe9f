"""Which samples of a node were taken already, as ranges of sequence numbers by boot id: a repeat must change nothing.

Bounded, because it is told by others. Of too many ranges those of the boot that was used longest ago are forgotten.
What may have been forgotten is neither new nor a repeat: the answer is None, and such a sample is not taken.
"""

from bisect import bisect_right
from collections.abc import Iterable
from math import inf

from msgspec import Struct

from nodetop.history.day_file import Held

MAX_RANGES = 1024
"""Of one node: the boots of half an hour, where it starts every two seconds."""
CLOCK_SECONDS = 600.0
"""A time that is further ahead of the clock is of a clock that was set back since: it says nothing."""


class Forgotten(Struct, frozen=True, kw_only=True):
    """What is written besides the ranges. A file of an older nodetop does not have it."""

    until: float = -inf
    """The boots that were forgotten took no sample after this time."""
    below: dict[str, int] = {}
    """For a boot that is known: the highest number of which nothing is known any more."""
    newest: dict[str, float] = {}
    """When the newest sample of a boot was taken."""


class _Boot:
    def __init__(self) -> None:
        self.ranges: list[tuple[int, int]] = []
        self.below = -1
        self.newest = -inf

    def has(self, seq: int) -> bool | None:
        index = bisect_right(self.ranges, (seq, inf)) - 1
        if index >= 0 and self.ranges[index][1] >= seq:
            return True
        return None if seq <= self.below else False

    def add(self, first: int, last: int) -> int:
        """By how many the number of ranges grows."""
        ranges = self.ranges
        if ranges and ranges[-1][0] <= first <= ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], max(ranges[-1][1], last)
            return 0
        before = len(ranges)
        touching = [pair for pair in ranges if pair[0] <= last + 1 and pair[1] >= first - 1]
        joined = min([first, *(a for a, _ in touching)]), max([last, *(b for _, b in touching)])
        ranges[:] = sorted([pair for pair in ranges if pair not in touching] + [joined])
        return len(ranges) - before


class Seen:
    """A set of (boot id, sequence number). `max_ranges` None: exact, for what is bounded elsewhere."""

    def __init__(self, max_ranges: int | None = MAX_RANGES) -> None:
        self._max = max_ranges
        self._boots: dict[str, _Boot] = {}
        """The one used last is the last."""
        self._ranges = 0
        self._until = -inf

    def has_room(self, boot: str, seq: int) -> bool:
        """Whether a sample can be added and none is forgotten."""
        return self._max is None or self._ranges < self._max or (boot, seq - 1) in self

    def has(self, boot: str, seq: int, taken_at: float, now: float) -> bool | None:
        """Whether a sample was taken; None where that was forgotten. Times by one clock."""
        known = self._boots.get(boot)
        if known is not None:
            return known.has(seq)
        return None if taken_at <= self._until <= now + CLOCK_SECONDS else False

    def __contains__(self, sample: tuple[str, int]) -> bool:
        known = self._boots.get(sample[0])
        return known is not None and known.has(sample[1]) is True

    def add(self, boot: str, first: int, last: int, taken_at: float = -inf) -> None:
        """Adds all numbers from first to last; `taken_at` is of the newest."""
        known = self._boots.pop(boot, None) or _Boot()
        self._boots[boot] = known  # as the one used last
        known.newest = max(known.newest, taken_at)
        self._ranges += known.add(first, last)
        while self._max is not None and self._ranges > self._max:
            self._forget_one()

    def _forget_one(self) -> None:
        oldest = next(iter(self._boots))
        known = self._boots[oldest]
        if len(self._boots) == 1:
            known.below = known.ranges.pop(0)[1]
            self._ranges -= 1
            return
        del self._boots[oldest]
        self._ranges -= len(known.ranges)
        self._until = max(self._until, known.newest)

    def update(self, held: Held, taken_at: float = -inf) -> None:
        """Adds all of these."""
        for boot, ranges in held.items():
            for first, last in ranges:
                self.add(boot, first, last, taken_at)

    def held(self) -> Held:
        """A copy of the ranges."""
        return {boot: list(known.ranges) for boot, known in self._boots.items()}

    def forgotten(self) -> Forgotten:
        """A copy of what is not in held()."""
        return Forgotten(
            until=self._until,
            below={boot: known.below for boot, known in self._boots.items() if known.below >= 0},
            newest={boot: known.newest for boot, known in self._boots.items() if known.newest > -inf},
        )

    @classmethod
    def restored(cls, held: Held, forgotten: Forgotten, latest: float) -> "Seen":
        """From held() and forgotten(). `latest`: when a boot whose time was not written took its newest at most."""
        seen = cls()
        seen._until = forgotten.until
        for boot, ranges in held.items():
            for first, last in ranges:
                seen.add(boot, first, last, forgotten.newest.get(boot, latest))
            if boot in forgotten.below and boot in seen._boots:
                seen._boots[boot].below = max(seen._boots[boot].below, forgotten.below[boot])
        return seen


def exact(parts: Iterable[Held]) -> Seen:
    """All of these, none forgotten."""
    seen = Seen(None)
    for held in parts:
        seen.update(held)
    return seen
