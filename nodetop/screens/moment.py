"""Which moment of the remembered samples is shown: the newest as they come, or one that stands still. Pure."""

import re
import time
from dataclasses import dataclass

from nodetop.history.ring import Ring

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_AGO = re.compile(r"-\s*(\d{1,6})\s*(s|m|h|d)?")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DAY = 86_400


@dataclass
class Moment:
    """`at` is the sample time that is shown; None: live. The sample may slide out of memory: then the oldest shows."""

    at: float | None = None

    @property
    def is_live(self) -> bool:
        return self.at is None

    def position(self, ring: Ring) -> int | None:
        """Where in the ring the shown sample stands; None when live or where there is none."""
        if self.at is None or not len(ring):
            return None
        return ring.index_at(self.at) or 0

    def toggle_pause(self, ring: Ring) -> None:
        """Stops at what is shown now, or goes on live."""
        self.at = None if self.at is not None or ring.latest is None else ring.latest.taken_at

    def step(self, ring: Ring, samples: int) -> bool:
        """So many samples forward or back. False where memory ends."""
        if not len(ring):
            return False
        last = len(ring) - 1
        position = self.position(ring)
        here = last if position is None else position
        there = max(0, min(here + samples, last))
        self.at = ring[there].taken_at
        return there != here

    def jump(self, ring: Ring, seconds: float) -> bool:
        """So many seconds forward or back. False where memory ends."""
        if not len(ring):
            return False
        position = self.position(ring)
        here = len(ring) - 1 if position is None else position
        there = ring.index_at(ring[here].taken_at + seconds) or 0
        if there == here and 0 < here + (1 if seconds > 0 else -1) < len(ring):
            there = here + (1 if seconds > 0 else -1)  # samples lie further apart than that
        self.at = ring[there].taken_at
        return there != here

    def go_to(self, ring: Ring, at: float) -> bool:
        """The sample at a time. False, and the nearest, where memory does not reach."""
        if not len(ring):
            return False
        self.at = ring[ring.index_at(at) or 0].taken_at
        return ring[0].taken_at <= at <= ring[len(ring) - 1].taken_at + _UNIT_SECONDS["m"]

    def live(self) -> None:
        """Back to now."""
        self.at = None


def parse_moment(text: str, now: float) -> float | None:
    """A time as typed: "14:03" (when the local clock last said so), "14:03:20", "-5m", "-2h", "now". None: not one."""
    text = text.strip().lower()
    if text in ("", "now"):
        return now
    if found := _AGO.fullmatch(text):
        return now - int(found[1]) * _UNIT_SECONDS[found[2] or "m"]
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    today = time.localtime(now)
    at = _local(today.tm_year, today.tm_mon, today.tm_mday, hour, minute, second)
    # Before midnight, seen from after it. mktime takes day 0 for the last of the month before.
    return at if at <= now else _local(today.tm_year, today.tm_mon, today.tm_mday - 1, hour, minute, second)


def _local(*parts: int) -> float:
    return time.mktime((*parts, 0, 0, -1))  # type: ignore[arg-type]
