"""Which samples were taken already, as ranges of sequence numbers by boot id: a repeat must change nothing.

Bounded, because it is told by others: of too many boots the one not used for longest is forgotten, and of too many
ranges the two lowest are joined, so that what lies between them counts as taken.
"""

from bisect import bisect_right
from math import inf

from nodetop.history.day_file import Held

MAX_BOOTS = 64
MAX_RANGES = 256


class Seen:
    """A set of (boot id, sequence number)."""

    def __init__(self) -> None:
        self._ranges: Held = {}

    def __contains__(self, sample: tuple[str, int]) -> bool:
        boot, seq = sample
        ranges = self._ranges.get(boot, [])
        index = bisect_right(ranges, (seq, inf)) - 1
        return index >= 0 and ranges[index][1] >= seq

    def add(self, boot: str, first: int, last: int) -> None:
        """Adds all numbers from first to last."""
        ranges = self._ranges.pop(boot, [])
        self._ranges[boot] = ranges  # as the one used last
        if ranges and ranges[-1][0] <= first <= ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], max(ranges[-1][1], last)
            return
        touching = [pair for pair in ranges if pair[0] <= last + 1 and pair[1] >= first - 1]
        joined = min([first, *(a for a, _ in touching)]), max([last, *(b for _, b in touching)])
        ranges[:] = sorted([pair for pair in ranges if pair not in touching] + [joined])
        if len(ranges) > MAX_RANGES:
            ranges[:2] = [(ranges[0][0], ranges[1][1])]
        if len(self._ranges) > MAX_BOOTS:
            del self._ranges[next(iter(self._ranges))]

    def update(self, held: Held) -> None:
        """Adds all of these."""
        for boot, ranges in held.items():
            for first, last in ranges:
                self.add(boot, first, last)

    def held(self) -> Held:
        """A copy of the ranges."""
        return {boot: list(ranges) for boot, ranges in self._ranges.items()}
