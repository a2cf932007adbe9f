"""Values over time, read from a ring once per sample and kept, so that a frame reads only the new snapshots."""

from collections.abc import Callable, Hashable

from msgspec import Struct, field

from nodetop.history.means import MeanSnapshot
from nodetop.history.ring import Ring
from nodetop.model.snapshot import NodeSnapshot
from nodetop.widgets.base.view import View

Value = Callable[[NodeSnapshot], float | None]
_MOST_KEYS = 1024


class _Kept(Struct):
    ring: Ring | None = None
    last: NodeSnapshot | None = None
    values: list[float | None] = field(default_factory=list)
    taken: int = 0
    """Number of values seen so far. Groups of several values start at fixed numbers, so that a graph moves without
    changing its shape."""


class SeriesKeeper:
    """One list of values per key, as long as the ring; it returns what Ring.series would."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, _Kept] = {}

    def last(self, view: View, key: Hashable, value: Value, length: int) -> list[float | None]:
        """The last `length` values up to the time that the view shows, oldest first. `key` identifies `value`. If the
        view groups samples, each group is its largest value, so that a peak is never hidden."""
        ring = view.ring
        if not len(ring):
            return [value(view.snapshot)] if view.snapshot else []
        if len(self._kept) > _MOST_KEYS:
            self._kept.clear()  # devices came and went; everything is read again from the ring
        kept = self._kept.setdefault(key, _Kept())
        count = known = len(ring)
        while known and (ring is not kept.ring or ring[known - 1] is not kept.last):
            known -= 1
        if not known:
            kept.values.clear()
        kept.values += [value(ring[index]) for index in range(known, count)]
        kept.taken += count - known
        del kept.values[:-count]
        kept.ring, kept.last = ring, ring[-1]
        end = count if view.position is None else min(view.position + 1, count)
        if ring.has_means:
            return _of_one_kind(view, kept.values[:end], length)
        if view.samples_per_dot == 1:
            return kept.values[max(0, end - length) : end]
        return _grouped(kept, end, length, view.samples_per_dot)


def _grouped(kept: _Kept, end: int, length: int, size: int) -> list[float | None]:
    before = kept.taken - len(kept.values)  # values that have left the ring
    last = (before + end - 1) // size
    groups: list[float | None] = []
    for number in range(last - length + 1, last + 1):
        start, stop = number * size - before, min((number + 1) * size - before, end)
        known = [each for each in kept.values[max(start, 0) : max(stop, 0)] if each is not None]
        if stop > 0:
            groups.append(max(known) if known else None)
    return groups


def _of_one_kind(view: View, values: list[float | None], length: int) -> list[float | None]:
    """The last values of samples only, or of means only, depending on what the shown snapshot is."""
    is_mean = isinstance(view.snapshot, MeanSnapshot)
    size = 1 if is_mean else view.samples_per_dot
    groups: dict[int, list[float | None]] = {}
    for index in range(len(values) - 1, -1, -1):
        if isinstance(view.ring[index], MeanSnapshot) is is_mean:
            if len(groups) == length and index // size not in groups:
                break
            groups.setdefault(index // size, []).append(values[index])
    return [max((each for each in group if each is not None), default=None) for group in groups.values()][::-1]
