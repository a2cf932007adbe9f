"""TinyDB on one day file. The only module that imports tinydb. It is imported when the first point is written.

TinyDB's own JSONStorage overwrites the file in place and truncates it afterwards. A kill in between makes it
unreadable.
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
from nodetop.history.disk_errors import is_temporary, plain


class AtomicStorage(Storage):
    """Tables in a file that is replaced as a whole: readers always see the old or the new tables, even after a kill."""

    def __init__(self, path: Path, about: day_file.About) -> None:
        self.values = day_file.with_ours(day_file.FIRST_VALUES)
        """The names of the values in each point, in order. Names in an existing file keep their position."""
        self.texts: day_file.Texts = {}
        """Commands and workloads of the processes in the points."""
        self._path = path
        self._about = about

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables; None if there is no file. Raises Damaged, also if the file cannot be read; NewerFile; OSError if
        it may be readable later."""
        try:
            data = files.read(self._path)
        except FileNotFoundError:
            return None
        except OSError as error:
            if is_temporary(error):
                raise
            raise day_file.Damaged(plain(error, self._path)) from None
        header = day_file.header(data)
        if header.about != self._about:
            raise day_file.Damaged("it belongs to another node or day")
        self.values, self.texts = day_file.with_ours(header.values), header.texts
        tables: dict[str, dict[str, Any]] = msgspec.json.decode(data)
        return tables

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Returns when the tables are on the disk. Raises OSError; ValueError for a value that JSON cannot express."""
        about = self._about
        header = day_file.Header(
            cluster=about.cluster, node=about.node, day=about.day, values=self.values, texts=self.texts
        )
        files.write_atomically(self._path, [day_file.compose(header, data)])


class PointTable(Table):
    """Documents whose ids follow from their content, so that writing one twice changes nothing."""

    def put(self, points: Iterable[StoredPoint], *, more_samples_win: bool) -> None:
        """Sets points in one write. With more_samples_win, an old point with as many samples as the new one is kept."""
        storage = self.storage
        assert isinstance(storage, AtomicStorage)

        def updater(table: dict[int, Mapping[str, Any]]) -> None:
            for stored in points:
                key = int(stored.point.at)
                old = table.get(key)
                if old is None or not more_samples_win or stored.point.samples > old["n"]:
                    table[key] = day_file.document(stored, storage.values, storage.texts)

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
