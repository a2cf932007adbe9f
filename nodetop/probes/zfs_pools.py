"""The datasets of a ZFS pool as one line, except those with a limit of their own. zfsprops(7): quota, reservation."""

from collections.abc import Iterable
from functools import reduce

from msgspec.structs import replace

from nodetop.probes.base.space import Space
from nodetop.probes.mounts import Mount, MountSpace

_MOST_LINES = 32
"""Of one pool. Each user's home may have a quota."""
_ALIKE_SHARE = 0.01
_ALIKE_BYTES = 64 * 2**20
"""What may be written between two questions."""


def pooled(reading: Iterable[MountSpace]) -> list[MountSpace]:
    """Merges the datasets of a pool: the sum of their used space, and the space left in the pool. A dataset that has
    other space left, by a quota or a reservation, keeps a line of its own, because it fills up on its own. Sorted by
    path."""
    lines: list[MountSpace] = []
    pools: dict[str, list[MountSpace]] = {}
    for each in reading:
        if each.mount.pool is None:
            lines.append(each)
        else:
            _add(pools.setdefault(each.mount.pool, []), each)
    for of_pool in pools.values():
        lines += _fullest(of_pool)
    return sorted(lines, key=lambda each: each.mount.path)


def _add(lines: list[MountSpace], dataset: MountSpace) -> None:
    place = next((place for place, line in enumerate(lines) if _share(line.space, dataset.space)), None)
    if place is None:
        lines.append(dataset)
    else:
        lines[place] = _merged(lines[place], dataset)


def _fullest(lines: list[MountSpace]) -> list[MountSpace]:
    """At most _MOST_LINES: the pool itself with the emptiest datasets, and the fullest ones."""
    pool, *limited = lines
    limited.sort(key=_used_share, reverse=True)
    kept, rest = limited[: _MOST_LINES - 1], limited[_MOST_LINES - 1 :]
    return [reduce(_merged, rest, pool), *kept]


def _used_share(line: MountSpace) -> float:
    space = line.space
    return 1 - space.available / space.total if space is not None and space.total > 0 else 0.0


def _merged(one: MountSpace, other: MountSpace) -> MountSpace:
    return MountSpace(_one_mount(one.mount, other.mount), _together(one.space, other.space), one.asked)


def _share(one: Space | None, other: Space | None) -> bool:
    """Whether two datasets have the same space left. Unknown space says nothing against it."""
    if one is None or other is None:
        return True
    alike = max(_ALIKE_BYTES, _ALIKE_SHARE * max(one.available, other.available))
    return abs(one.available - other.available) <= alike


def _one_mount(one: Mount, other: Mount) -> Mount:
    """The mount that stands for a pool: / if it is in the pool, else the topmost dataset."""
    first, second = sorted((one, other), key=lambda each: (each.path != b"/", each.device.count("/"), len(each.path)))
    others = (*first.others, second.path, *second.others)
    return replace(first, others=others, read_only=one.read_only and other.read_only)


def _together(one: Space | None, other: Space | None) -> Space | None:
    if one is None or other is None:
        return one or other
    used = one.total - one.free + other.total - other.free
    available = max(one.available, other.available)
    return replace(
        one,
        total=used + available,
        free=available,
        available=available,
        inodes=max(one.inodes, other.inodes),
        inodes_free=max(one.inodes_free, other.inodes_free),
    )
