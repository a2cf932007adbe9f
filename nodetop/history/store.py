"""History on disk: one TinyDB file per node and UTC day. Safe with several threads and several processes.

Retention removes whole days. A file that cannot be read is set aside (renamed) and reported; other files are not
affected. Reading needs no lock, because a file is replaced as a whole. TinyDB is imported by the first write. Reading
decodes the same files directly into points, because TinyDB takes three times as long (see bench/history.py).
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from copy import copy
from math import inf
from pathlib import Path
from typing import TypeVar

from nodetop.base import files
from nodetop.base.grid import interval_end, interval_start
from nodetop.history import day_file
from nodetop.history.day_cache import MIN_STEP, DayCache
from nodetop.history.day_file import About, Damaged, Held, NewerFile, StoredPoint, StoreError
from nodetop.history.day_folder import DAY, DayFolder, day_name, day_of
from nodetop.history.disk_errors import is_temporary, plain
from nodetop.history.rollup import roll_up
from nodetop.model.snapshot import HistoryPoint

T = TypeVar("T")


def _say_nothing(message: str) -> None:
    pass


class HistoryStore:
    """The points of the nodes of one cluster ("" on a host without a hub), kept for `retention_days`.

    `report` is called, in any thread, with one plain line for each file that was set aside or could not be read.
    Methods raise StoreError and, if the disk fails, OSError.
    """

    def __init__(
        self,
        folder: Path,
        *,
        retention_days: int = 30,
        cluster: str = "",
        report: Callable[[str], None] = _say_nothing,
    ) -> None:
        self.retention_days = retention_days
        self.folder = folder
        self._folder = DayFolder(folder)
        self._cluster = cluster
        self._report = report
        self._cache = DayCache()
        self._lock = threading.Lock()
        self._set_aside: set[tuple[About, int]] = set()
        """Days whose file was set aside, until lost_days() returns them."""
        self._is_closed = False

    def open(self) -> None:
        """Creates the folder (0700), refuses a folder of a newer nodetop, removes what a killed writer left behind.

        The first write does the same; call it if a refusal must come early.
        """
        self._check_open()
        self._folder.open()

    def close(self) -> None:
        """Later calls raise StoreError."""
        self._is_closed = True

    def _check_open(self) -> None:
        if self._is_closed:
            raise StoreError("the history is closed")

    def add(self, node: str, points: Iterable[HistoryPoint]) -> None:
        """Writes points; all are on the disk when this returns.

        If an interval has a point already, the point with more samples is kept. So two programs may watch the same
        host, and writing a point again changes nothing.
        """
        self._write(node, [StoredPoint(point) for point in points], more_samples_win=True)

    def replace(self, node: str, points: Iterable[StoredPoint]) -> None:
        """Replaces the points of their intervals; all are on the disk when this returns.

        For a single writer that has merged them with the stored points: see stored().
        """
        self._write(node, points, more_samples_win=False)

    def _write(self, node: str, points: Iterable[StoredPoint], *, more_samples_win: bool) -> None:
        days: dict[int, list[StoredPoint]] = {}
        for stored in points:
            days.setdefault(int(stored.point.at // DAY), []).append(stored)
        self.open()
        with self._folder.lock():
            newer: NewerFile | None = None
            for day, of_day in sorted(days.items()):
                try:
                    self._write_day(self._about(node, day), of_day, more_samples_win)
                except NewerFile as error:  # the other days are still written
                    newer = error
            if newer is not None:
                raise newer

    def _write_day(self, about: About, points: Sequence[StoredPoint], more_samples_win: bool) -> None:
        from nodetop.history.storage import DayDatabase  # 20 ms, and not needed to read

        path = self._folder.file(about)
        for wrong, aside in self._folder.make_directory_of(path):
            self._report(f"a file was in the place of a folder: {wrong} was renamed to {aside.name}")
        try:
            DayDatabase(path, about).put(points, more_samples_win=more_samples_win)
        except Damaged as damage:
            self._say_set_aside(about, self._folder.set_aside(path), damage)
            DayDatabase(path, about).put(points, more_samples_win=more_samples_win)

    def points(
        self, node: str, since: float, until: float, step: float = 0, newest: Sequence[HistoryPoint] = ()
    ) -> list[HistoryPoint]:
        """Points that start in [since, until), in order of time. An interval without data has no point.

        With a step in seconds, they are rolled up to it, and `since` is rounded down to a multiple of it, so that the
        first point is complete. `newest` are points not yet written; they replace the stored points of their intervals.
        """
        self._check_open()
        if step:
            since = interval_start(since, step)
        waiting: dict[int, list[HistoryPoint]] = {}
        for point in newest:
            waiting.setdefault(int(point.at // DAY), []).append(point)
        last = interval_end(until, step) if step and until < inf else until
        found: list[HistoryPoint] = []
        for day in sorted({*self._days(node, since, until), *waiting}):
            found += self._day(self._about(node, day), step, waiting.get(day, ()), since, last)
        if step:
            found = roll_up(found, step)
        return [point for point in found if since <= point.at < until]

    def _day(
        self, about: About, step: float, newest: Sequence[HistoryPoint], since: float, until: float
    ) -> list[HistoryPoint]:
        """The points of [since, until), perhaps more."""
        path = self._folder.file(about)
        if not newest and step >= MIN_STEP and DAY % step == 0:
            return self._cache.get(path, step, lambda: roll_up(self._tolerated(path, about), step))
        points = {point.at: point for point in self._tolerated(path, about, since, until)}
        for point in newest:
            if point.at not in points or point.samples >= points[point.at].samples:
                points[point.at] = point
        return [point for _, point in sorted(points.items())]

    def _tolerated(self, path: Path, about: About, since: float = -inf, until: float = inf) -> list[HistoryPoint]:
        """The points of a day; none if its file cannot be read, so that a reader continues with the other days."""
        points = self._read(path, lambda data: day_file.points(data, about, since, until), about) or {}
        return [stored.point for stored in points.values()]

    def stored(self, node: str, at: float) -> StoredPoint | None:
        """The point of the interval that starts at a time, with the samples it counts."""
        self._check_open()
        about = self._about(node, int(at // DAY))
        try:
            return day_file.points(files.read(self._folder.file(about)), about).get(at)
        except (Damaged, NewerFile):
            return None  # the next write sets a damaged file aside
        except OSError as error:
            if is_temporary(error):
                raise
            return None

    def held(self, node: str, day: int) -> dict[float, Held] | None:
        """Which samples the points of a day count, by start; None if there is no readable file."""
        self._check_open()
        about = self._about(node, day)
        return self._read(self._folder.file(about), day_file.held, about)

    def newest_held(self, node: str, days: int) -> dict[float, Held]:
        """Like held(), for the newest days that the node has, independent of the clock."""
        self._check_open()
        found: dict[float, Held] = {}
        for day in self._days(node, -inf, inf)[-days:]:
            found |= self.held(node, day) or {}
        return found

    def is_whole(self, node: str, day: int) -> bool:
        """Whether a day has a readable file. Cheaper than held()."""
        about = self._about(node, day)
        return self._read(self._folder.file(about), day_file.header, about) is not None

    def lost_days(self, node: str) -> set[int]:
        """The days since the epoch whose file was set aside since the last call."""
        with self._lock:
            lost = {each for each in self._set_aside if (each[0].cluster, each[0].node) == (self._cluster, node)}
            self._set_aside -= lost
        return {day for _, day in lost}

    def has_lost_days(self, node: str) -> bool:
        """Whether lost_days() would return any."""
        with self._lock:
            return any((about.cluster, about.node) == (self._cluster, node) for about, _ in self._set_aside)

    def of(self, cluster: str) -> "HistoryStore":
        """The store of another cluster in the same folder."""
        other = copy(self)
        other._cluster = cluster
        return other

    def nodes(self) -> list[str]:
        """The nodes of this cluster that have history, sorted by name."""
        return [node for cluster, node in self.all_nodes() if cluster == self._cluster]

    def all_nodes(self) -> list[tuple[str, str]]:
        """Cluster and name of each node that has history, sorted."""
        self._check_open()
        names = set()
        for directory in self._folder.directories():
            for day in reversed(self._folder.days(directory, 0, inf)):
                header = self._read(directory / f"{day_name(day)}.json", day_file.header)
                if header is not None:
                    names.add((header.cluster, header.node))
                    break
        return sorted(names)

    def prune(self, now: float) -> int:
        """Removes days past retention, for all nodes. Returns the number of removed files.

        A day is past retention if it ended at least `retention_days` before now (UTC seconds), both by the clock and by
        the data. So a clock that was set forward removes nothing until that many days were recorded with it.
        """
        self.open()
        return self._folder.prune(int(now // DAY), self.retention_days)

    def _about(self, node: str, day: int) -> About:
        return About(cluster=self._cluster, node=node, day=day_name(day))

    def _days(self, node: str, since: float, until: float) -> list[int]:
        directory = self._folder.directory(self._cluster, node)
        try:
            return self._folder.days(directory, since, until)
        except OSError as error:
            if is_temporary(error):
                raise
            self._report(f"a node's history cannot be read: {plain(error, directory)}")
            return []

    def _read(self, path: Path, decode: Callable[[bytes], T], about: About | None = None) -> T | None:
        """A file's content; None if there is no file or it cannot be read."""
        try:
            return decode(files.read(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            self._report(f"a day of history cannot be read: {plain(error, path)}")
            return None
        except StoreError as error:
            self._report(f"a day of history was skipped: {path}: {error}")
            return None
        except Damaged as damage:
            self._set_aside_if_still(path, decode, damage, about)
            return None

    def _set_aside_if_still(
        self, path: Path, decode: Callable[[bytes], T], damage: Damaged, about: About | None
    ) -> None:
        with suppress(OSError, StoreError), self._folder.lock():
            try:
                decode(files.read(path))
            except Damaged:
                self._say_set_aside(about or path, self._folder.set_aside(path), damage)
            return
        self._report(f"a day of history is damaged: {path}: {damage}")

    def _say_set_aside(self, file: About | Path, aside: Path, damage: Damaged) -> None:
        if isinstance(file, About):
            with self._lock:
                self._set_aside.add((file, day_of(f"{file.day}.json") or 0))
        path = file if isinstance(file, Path) else self._folder.file(file)
        self._report(f"a damaged day of history was set aside: {path} was renamed to {aside.name}: {damage}")
