"""TinyDB on one day file. The only module that imports tinydb; it is imported where the first point is written.

TinyDB's own JSONStorage overwrites in place and shortens the file afterwards: a kill in between leaves it unreadable.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from nodetop.base import files
from nodetop.history import day_file


class AtomicStorage(Storage):
    """Tables in a file that is replaced as a whole: a reader, or a kill, finds the old tables or the new ones."""

    def __init__(self, path: Path, about: day_file.About) -> None:
        self._path = path
        self._about = about

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables; None where there is no file. Raises Damaged, StoreError (a newer schema), OSError."""
        try:
            data = files.read(self._path)
        except FileNotFoundError:
            return None
        if day_file.about(data) != self._about:
            raise day_file.Damaged("it is another node's day")
        tables: dict[str, dict[str, Any]] = msgspec.json.decode(data)
        return tables

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Returns when the tables are on the disk. Raises OSError; ValueError for what JSON cannot hold."""
        files.write_atomically(self._path, [day_file.compose(self._about, data)])


class PointTable(Table):
    """Documents whose ids are given by what they are, so that writing one twice changes nothing."""

    def put(self, documents: Mapping[int, Mapping[str, Any]], *, more_samples_win: bool) -> None:
        """Sets documents, all in one write. With more_samples_win, an older one that stands for as many stays."""

        def updater(table: dict[int, Mapping[str, Any]]) -> None:
            for key, document in documents.items():
                old = table.get(key)
                if old is None or not more_samples_win or document["n"] > old["n"]:
                    table[key] = document

        self._update_table(updater)

    def _get_next_id(self) -> int:
        raise TypeError("a point's id is the second it starts at")


class DayDatabase(TinyDB):
    """The TinyDB database of one node's day."""

    table_class = PointTable

    def __init__(self, path: Path, about: day_file.About) -> None:
        super().__init__(path, about, storage=AtomicStorage)

    def put(self, documents: Mapping[int, Mapping[str, Any]], *, more_samples_win: bool) -> None:
        """Sets documents of the table of points, all in one write."""
        table = self.table(day_file.POINTS, cache_size=0)
        assert isinstance(table, PointTable)
        table.put(documents, more_samples_win=more_samples_win)
