"""TinyDB on one day file. The only module that imports tinydb; it is imported where the first point is written.

TinyDB's own JSONStorage overwrites in place and shortens the file afterwards: a kill in between leaves it unreadable.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from nodetop.base import files
from nodetop.history import day_file
from nodetop.history.day_file import StoredPoint
from nodetop.history.disk_errors import is_passing, plain


class AtomicStorage(Storage):
    """Tables in a file that is replaced as a whole: a reader, or a kill, finds the old tables or the new ones."""

    def __init__(self, path: Path, about: day_file.About) -> None:
        self.values = day_file.with_ours(day_file.FIRST_VALUES)
        """The names of the values of each point, in their order. Those of a file that is there stay where they are."""
        self._path = path
        self._about = about

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables; None where there is no file. Raises Damaged, also where what lies there cannot be read;
        NewerFile; OSError where it could be read at another time."""
        try:
            data = files.read(self._path)
        except FileNotFoundError:
            return None
        except OSError as error:
            if is_passing(error):
                raise
            raise day_file.Damaged(plain(error, self._path)) from None
        header = day_file.header(data)
        if header.about != self._about:
            raise day_file.Damaged("it is another node's day")
        self.values = day_file.with_ours(header.values)
        tables: dict[str, dict[str, Any]] = msgspec.json.decode(data)
        return tables

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Returns when the tables are on the disk. Raises OSError; ValueError for what JSON cannot hold."""
        about = self._about
        header = day_file.Header(cluster=about.cluster, node=about.node, day=about.day, values=self.values)
        files.write_atomically(self._path, [day_file.compose(header, data)])


class PointTable(Table):
    """Documents whose ids are given by what they are, so that writing one twice changes nothing."""

    def put(self, points: Iterable[StoredPoint], *, more_samples_win: bool) -> None:
        """Sets points, all in one write. With more_samples_win, an older one that stands for as many stays."""
        storage = self.storage
        assert isinstance(storage, AtomicStorage)

        def updater(table: dict[int, Mapping[str, Any]]) -> None:
            for stored in points:
                key = int(stored.point.at)
                old = table.get(key)
                if old is None or not more_samples_win or stored.point.samples > old["n"]:
                    table[key] = day_file.document(stored, storage.values)

        self._update_table(updater)

    def _get_next_id(self) -> int:
        raise TypeError("a point's id is the second it starts at")


class DayDatabase(TinyDB):
    """The TinyDB database of one node's day."""

    table_class = PointTable

    def __init__(self, path: Path, about: day_file.About) -> None:
        super().__init__(path, about, storage=AtomicStorage)

    def put(self, points: Iterable[StoredPoint], *, more_samples_win: bool) -> None:
        """See PointTable.put."""
        table = self.table(day_file.POINTS, cache_size=0)
        assert isinstance(table, PointTable)
        table.put(points, more_samples_win=more_samples_win)
