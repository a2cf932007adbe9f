"""Writes an incident file: under a temporary name until it is complete, and never over another file without --force."""

import getpass
import os
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from nodetop.base import files
from nodetop.base.text import clean
from nodetop.model import wire
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot
from nodetop.recording.file import Header, NodeHistory
from nodetop.recording.gzip_writer import GzipWriter


def made_by() -> str:
    """The user and the machine, for the header."""
    user = ""
    with suppress(OSError, KeyError, ImportError):
        user = getpass.getuser()
    return clean(f"{user}@{socket.gethostname()}")


class IncidentFileExists(Exception):
    """There is a file of this name already."""


class IncidentFile:
    """A context manager: without commit() nothing is left behind. Raises OSError if the disk cannot be written.

    The file shows what ran on a machine, so only its owner can read it."""

    def __init__(self, path: Path, *, force: bool = False) -> None:
        """Raises IncidentFileExists unless `force`, before any data is requested or written."""
        self.path = path
        self.nodes = 0
        self.samples = 0
        self.points = 0
        self._force = force
        self._check_name()
        self._file = files.AtomicFile(path, links="replace")
        self._lines: files.AtomicFile | GzipWriter = self._file
        """Where the lines are written."""

    def _check_name(self) -> None:
        if self.path.is_dir():
            raise IsADirectoryError(None, "is a folder", str(self.path))
        if not self._force and os.path.lexists(self.path):
            raise IncidentFileExists(str(self.path))

    def __enter__(self) -> "IncidentFile":
        try:
            self._file.__enter__()
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.path)) from None
        if self.path.suffix == ".gz":
            self._lines = GzipWriter(self._file)
        return self

    def begin(self, header: Header) -> None:
        """Writes the first line."""
        self._write(header)

    def add_samples(self, samples: Iterable[NodeSnapshot]) -> None:
        for sample in samples:
            self._write(sample)
            self.samples += 1

    def add_points(self, node: str, step: float, points: Iterable[HistoryPoint]) -> None:
        points = tuple(points)
        if points:
            self._write(NodeHistory(history_of=node, step=step, points=points))
            self.points += len(points)

    def _write(self, value: object) -> None:
        self._lines.write(wire.encode(value) + b"\n")

    def commit(self) -> int:
        """Gives the complete file its name, once it is on the disk. Returns its size in bytes. Raises
        IncidentFileExists if another file took the name meanwhile."""
        if isinstance(self._lines, GzipWriter):
            self._lines.close()
        self._file.sync()
        self._check_name()
        self._file.commit()
        return self._file.size

    def __exit__(self, *_: object) -> None:
        if isinstance(self._lines, GzipWriter):
            with suppress(OSError):  # a file that is not committed may be lost
                self._lines.close()
        self._file.__exit__()
        with suppress(OSError):  # left by an export that was killed long ago
            files.remove_leftovers(self.path.parent, unused_seconds=files.UNUSED_SECONDS)
