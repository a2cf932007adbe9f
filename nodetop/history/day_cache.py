"""Days that were read and rolled up, kept while their files do not change."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from nodetop.model.snapshot import HistoryPoint

MAX_POINTS = 4_000
"""Points held at most: 8 MB."""
MIN_STEP = 900.0
"""Days at a finer step are not kept: they are many points, and are asked for a few at a time."""


class DayCache:
    """The least recently used leave first. A day is known by its file's identity, size and time of change."""

    def __init__(self) -> None:
        self._days: OrderedDict[tuple[Path, float], tuple[tuple[int, int, int], list[HistoryPoint]]] = OrderedDict()
        self._points = 0
        self._lock = threading.Lock()

    def get(self, path: Path, step: float, read: Callable[[], list[HistoryPoint]]) -> list[HistoryPoint]:
        """The day's points at a step; `read` is called where they are not known."""
        if step < MIN_STEP:
            return read()
        try:
            status = os.stat(path)
        except FileNotFoundError:
            return []
        except OSError:  # read() says what is wrong
            return read()
        stamp = status.st_ino, status.st_size, status.st_mtime_ns
        with self._lock:
            known = self._days.get((path, step))
            if known is not None and known[0] == stamp:
                self._days.move_to_end((path, step))
                return known[1]
        points = read()
        with self._lock:
            self._keep((path, step), stamp, points)
        return points

    def _keep(self, key: tuple[Path, float], stamp: tuple[int, int, int], points: list[HistoryPoint]) -> None:
        self._forget(self._days.pop(key, None))
        self._days[key] = stamp, points
        self._points += len(points)
        while self._points > MAX_POINTS:
            self._forget(self._days.popitem(last=False)[1])

    def _forget(self, day: tuple[tuple[int, int, int], list[HistoryPoint]] | None) -> None:
        if day is not None:
            self._points -= len(day[1])
