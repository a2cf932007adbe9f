"""Caches days that were read and rolled up, as long as their files do not change."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from nodetop.model.snapshot import HistoryPoint

MAX_POINTS = 4_000
"""The most points held; they take 8 MB."""
MIN_STEP = 900.0
"""Days with a shorter step are not cached: they have many points, and only a few are requested at a time."""


class DayCache:
    """Drops the least recently used days first. A day is identified by its file's inode, size and change time."""

    def __init__(self) -> None:
        self._days: OrderedDict[tuple[Path, float], tuple[tuple[int, int, int], list[HistoryPoint]]] = OrderedDict()
        self._points = 0
        self._lock = threading.Lock()

    def get(self, path: Path, step: float, read: Callable[[], list[HistoryPoint]]) -> list[HistoryPoint]:
        """The day's points at a step. Calls `read` if they are not cached."""
        if step < MIN_STEP:
            return read()
        try:
            status = os.stat(path)
        except FileNotFoundError:
            return []
        except OSError:  # read() reports what is wrong
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
