"""Which samples of a node were accepted already, as ranges of sequence numbers by boot id. Repeats are ignored.

Bounded, because the numbers come from outside. If there are too many ranges, those of the least recently used boot are
forgotten. For a sample that may have been forgotten the answer is None, and it is not accepted.
"""

from bisect import bisect_right
from collections.abc import Iterable
from math import inf

from msgspec import Struct

from nodetop.history.day_file import Held

MAX_RANGES = 1024
"""For one node; enough for half an hour if it restarts every two seconds."""
CLOCK_SECONDS = 600.0
"""A time further ahead of the clock was taken before the clock was set back, and is ignored."""


class Forgotten(Struct, frozen=True, kw_only=True):
    """What is stored in addition to the ranges. Files of an older nodetop do not have it."""

    until: float = -inf
    """Forgotten boots have no sample after this time."""
    below: dict[str, int] = {}
    """The highest forgotten number of each known boot."""
    newest: dict[str, float] = {}
    """When the newest sample of each boot was taken."""


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
        """Returns by how many the number of ranges grows."""
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
    """A set of (boot id, sequence number). With `max_ranges` None it forgets nothing, if it is bounded elsewhere."""

    def __init__(self, max_ranges: int | None = MAX_RANGES) -> None:
        self._max = max_ranges
        self._boots: dict[str, _Boot] = {}
        """The most recently used boot is last."""
        self._ranges = 0
        self._until = -inf

    def has_room(self, boot: str, seq: int) -> bool:
        """Whether a sample can be added without forgetting another."""
        return self._max is None or self._ranges < self._max or (boot, seq - 1) in self

    def has(self, boot: str, seq: int, taken_at: float, now: float) -> bool | None:
        """Whether a sample was accepted; None if that may be forgotten. Both times are by one clock."""
        known = self._boots.get(boot)
        if known is not None:
            return known.has(seq)
        return None if taken_at <= self._until <= now + CLOCK_SECONDS else False

    def __contains__(self, sample: tuple[str, int]) -> bool:
        known = self._boots.get(sample[0])
        return known is not None and known.has(sample[1]) is True

    def add(self, boot: str, first: int, last: int, taken_at: float = -inf) -> None:
        """Adds all numbers from first to last. `taken_at` is the time of the newest."""
        known = self._boots.pop(boot, None) or _Boot()
        self._boots[boot] = known  # most recently used
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
        """Adds all these ranges."""
        for boot, ranges in held.items():
            for first, last in ranges:
                self.add(boot, first, last, taken_at)

    def held(self) -> Held:
        """A copy of the ranges."""
        return {boot: list(known.ranges) for boot, known in self._boots.items()}

    def forgotten(self) -> Forgotten:
        """A copy of what held() does not include."""
        return Forgotten(
            until=self._until,
            below={boot: known.below for boot, known in self._boots.items() if known.below >= 0},
            newest={boot: known.newest for boot, known in self._boots.items() if known.newest > -inf},
        )

    @classmethod
    def restored(cls, held: Held, forgotten: Forgotten, latest: float) -> "Seen":
        """From held() and forgotten(). `latest`: boots without a stored time have no newer sample."""
        seen = cls()
        seen._until = forgotten.until
        for boot, ranges in held.items():
            for first, last in ranges:
                seen.add(boot, first, last, forgotten.newest.get(boot, latest))
            if boot in forgotten.below and boot in seen._boots:
                seen._boots[boot].below = max(seen._boots[boot].below, forgotten.below[boot])
        return seen


def exact(parts: Iterable[Held]) -> Seen:
    """The union of all these ranges; nothing is forgotten."""
    seen = Seen(None)
    for held in parts:
        seen.update(held)
    return seen
