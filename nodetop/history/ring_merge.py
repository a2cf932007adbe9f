"""Samples that come late or twice put into a ring in their places. Pure."""

from collections.abc import Iterable

from nodetop.history.ring import Ring
from nodetop.model.snapshot import NodeSnapshot


def merge(ring: Ring, samples: Iterable[NodeSnapshot]) -> bool:
    """Adds those that the ring does not have, in order of time; whether there were any."""
    have = {(each.boot_id, each.seq) for each in ring}
    new = {(each.boot_id, each.seq): each for each in samples if (each.boot_id, each.seq) not in have}
    ordered = sorted(new.values(), key=_taken_at)
    latest = ring.latest
    if (
        latest is not None
        and ordered
        and ordered[0].taken_at < latest.taken_at
        and not _clock_went_back(latest, ordered)
    ):
        ordered = sorted([*ring, *ordered], key=_taken_at)  # the first of these makes the ring start anew
    for sample in ordered:
        ring.add(sample)
    return bool(new)


def _clock_went_back(latest: NodeSnapshot, new: list[NodeSnapshot]) -> bool:
    return len(new) == 1 and new[0].boot_id == latest.boot_id and new[0].seq > latest.seq


def follows(before: NodeSnapshot, sample: NodeSnapshot) -> bool:
    """Whether no sample of the node can be missing between these two."""
    return before.boot_id != sample.boot_id or sample.seq == before.seq + 1


def _taken_at(snapshot: NodeSnapshot) -> float:
    return snapshot.taken_at
