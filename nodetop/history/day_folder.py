"""Where the day files are, who may change them, and what happens to files that cannot be read.

    FOLDER/schema                       the number of the layout
    FOLDER/.lock                        held while something is changed; not needed to read
    FOLDER/9f/9f86d081884c7d65.../2026-01-31.json

A node's directory is named by a hash, because node names come from outside; the name itself is inside the files. The
first two digits keep directories small with thousands of nodes. Directories are 0700, files 0600.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

from nodetop.base import files, locks
from nodetop.base.sha256 import sha256
from nodetop.history.day_file import SCHEMA, About, StoreError

DAY = 86_400
LOCK_SECONDS = 5.0
_EPOCH = date(1970, 1, 1).toordinal()
_DIRECTORY_NAME = re.compile("[0-9a-f]{32}")
_FILE_NAME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\.json(?:\.corrupt-[0-9T.]+)?")


class DayFolder:
    """The directory of a store, for all clusters and nodes in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mutex = threading.RLock()
        self._is_open = False

    def open(self) -> None:
        """Creates the directory, refuses a newer layout, removes what killed writers left. Later calls do this only if
        the directory was removed.

        Raises StoreError, OSError.
        """
        with self._mutex:
            if self._is_open and self.path.is_dir():
                return
            files.make_directories(self.path)
            self._check_schema()
            with self.lock():
                if not (self.path / "schema").exists():
                    files.write_atomically(self.path / "schema", [b"%d\n" % SCHEMA])
                # While we hold the lock there are no writers, so none of these files is in use.
                files.remove_leftovers(self.path, recursive=True)
            self._is_open = True

    def _check_schema(self) -> None:
        path = self.path / "schema"
        try:
            written = int(files.read(path))
        except FileNotFoundError:
            return
        except ValueError:
            raise StoreError(f"{path} should hold a number: choose another data folder") from None
        if written > SCHEMA:
            raise StoreError(f"a newer nodetop wrote {self.path}: use that version, or choose another data folder")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held by one thread of one process at a time. Raises StoreError if another one does not release it."""
        with self._mutex, ExitStack() as stack:
            try:
                stack.enter_context(locks.held(self.path / ".lock", wait_seconds=LOCK_SECONDS, is_optional=True))
            except BlockingIOError:
                raise StoreError("another nodetop holds the lock of the history and does not release it") from None
            yield

    def file(self, about: About) -> Path:
        """The path of a node's day, which need not exist."""
        return self.directory(about.cluster, about.node) / f"{about.day}.json"

    def directory(self, cluster: str, node: str) -> Path:
        """The directory with a node's days."""
        name: str = sha256(f"{cluster}\0{node}".encode("utf-8", "replace")).hexdigest()[:32]
        return self.path / name[:2] / name

    def make_directory_of(self, file: Path) -> list[tuple[Path, Path]]:
        """Creates the directory. Anything else of that name is set aside. Returns the old and new paths of what was.

        Needs the lock."""
        moved = []
        for directory in (file.parent.parent, file.parent):
            if os.path.lexists(directory) and (directory.is_symlink() or not directory.is_dir()):
                moved.append((directory, self.set_aside(directory)))
            files.make_directory(directory)
        return moved

    def directories(self) -> list[Path]:
        """The directories of all nodes. Anything else in the folder is not ours."""
        return [path for path in sorted(self.path.glob("[0-9a-f][0-9a-f]/*")) if _is_ours(path)]

    def days(self, directory: Path, since: float, until: float) -> list[int]:
        """A node's stored days that overlap [since, until), in order, as days since the epoch."""
        try:
            names = os.listdir(directory)
        except FileNotFoundError:
            return []
        days = [day for name in names if (day := day_of(name)) is not None and name.endswith(".json")]
        return sorted(day for day in days if (day + 1) * DAY > since and day * DAY < until)

    def set_aside(self, file: Path) -> Path:
        """Renames an unreadable file. It is kept under the new name until its day is pruned. Needs the lock."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        aside = file.with_name(f"{file.name}.corrupt-{stamp}")
        files.replace(file, aside)
        return aside

    def prune(self, today: int, retention_days: int) -> int:
        """Removes the files of days past retention, then empty directories. Returns the number of removed files. What
        cannot be listed or removed is left."""
        removed = 0
        with self.lock():
            found = [(directory, name, day) for directory in self.directories() for name, day in _day_names(directory)]
            past = _past_retention({day for _, _, day in found}, today, retention_days)
            for directory, name, day in found:
                if day in past:
                    with suppress(OSError):
                        files.remove(directory / name)
                        removed += 1
            for directory in {directory for directory, _, _ in found}:
                with suppress(OSError):  # most directories are not empty
                    files.remove_directory(directory)
        return removed


def _past_retention(days: set[int], today: int, retention_days: int) -> set[int]:
    """The days that are too old both by the clock and by the data, out of the days that any node has.

    By the data a day is too old if there is data for every day since, or for `retention_days` days after a gap. A clock
    that is set forward makes a gap, so it is trusted only after that many days."""
    past = set()
    is_gapless, after_gap, counted = True, 0, 0
    later = today
    for day in sorted((day for day in days if day < today), reverse=True):
        counted += later in days
        if later - day > 1:
            is_gapless, after_gap = False, counted
        if day < today - retention_days and (is_gapless or after_gap >= retention_days):
            past.add(day)
        later = day
    return past


def _day_names(directory: Path) -> list[tuple[str, int]]:
    try:
        names = os.listdir(directory)
    except OSError:
        return []
    return [(name, day) for name in names if (day := day_of(name)) is not None]


def day_name(day: int) -> str:
    """2026-01-31. Raises StoreError for a day outside the calendar."""
    try:
        return date.fromordinal(_EPOCH + day).isoformat()
    except (ValueError, OverflowError):
        raise StoreError("a sample has a year that history cannot store: set the clock") from None


def day_of(name: str) -> int | None:
    """The day since the epoch of a day file, also of one set aside; None for any other name."""
    match = _FILE_NAME.fullmatch(name)
    try:
        return date(*map(int, match.groups())).toordinal() - _EPOCH if match else None
    except ValueError:
        return None


def _is_ours(path: Path) -> bool:
    return _DIRECTORY_NAME.fullmatch(path.name) is not None and path.is_dir() and not path.is_symlink()
