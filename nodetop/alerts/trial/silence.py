"""When a node was silent in the past, from the gaps in what is kept of it. Pure.

What a node sent later is no gap, though a hub may have opened an alert meanwhile: there may have been more. A time of
which there is nothing from any node is the hub's own silence.
"""

from collections.abc import Iterable, Iterator, Sequence

from nodetop.alerts.alert import Alert
from nodetop.alerts.rule import SILENT
from nodetop.alerts.sample import Reading, Sample
from nodetop.model.history import POINT_SECONDS
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot

LEAST_SECONDS = 60.0
"""Silent for so long is an alert."""
_SLOT_SECONDS = 30.0


def of_gaps(node: str, points: Sequence[HistoryPoint], samples: Sequence[NodeSnapshot], until: float) -> list[Sample]:
    """How long a node had been silent, at each end of a gap and in it."""
    found: list[Sample] = []
    heard_until: float | None = None
    for begin, end in _heard(points, samples):
        if heard_until is not None and begin - heard_until >= LEAST_SECONDS:
            found.append(_silent(node, heard_until, begin))
        found.append(Sample(node, begin, begin, 0.0, (Reading(SILENT, 0.0),)))
        heard_until = max(end, heard_until or end)
    least = LEAST_SECONDS if samples else POINT_SECONDS  # the newest point is not there before it is complete
    if heard_until is not None and until - heard_until >= least:
        found.append(_silent(node, heard_until, until))
    return found


def _silent(node: str, begin: float, end: float) -> Sample:
    at = (begin + end) / 2  # before the next sample ends it
    return Sample(node, at, begin, at - begin, (Reading(SILENT, end - begin),))


def _heard(points: Iterable[HistoryPoint], samples: Iterable[NodeSnapshot]) -> Iterator[tuple[float, float]]:
    """Times of which something is known, in order of time."""
    for point in points:
        yield point.at, point.at + POINT_SECONDS
    for sample in samples:
        yield sample.taken_at - (sample.interval or 0.0), sample.taken_at


def slots(points: Iterable[HistoryPoint], samples: Iterable[NodeSnapshot]) -> Iterator[int]:
    """Half minutes of which something is known."""
    for begin, end in _heard(points, samples):
        yield from range(int(begin // _SLOT_SECONDS), -int(-end // _SLOT_SECONDS) + (begin == end))


def is_of_node(alert: Alert, heard: set[int], until: float) -> bool:
    """Whether other nodes were heard while this one was silent."""
    end = alert.ended_at if alert.ended_at is not None else until
    first, last = -int(-alert.started_at // _SLOT_SECONDS), int(end // _SLOT_SECONDS)
    return any(slot in heard for slot in range(first, last))
