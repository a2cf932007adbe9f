"""An incident file as it is written: under another name until it is whole, never over a file that nobody gave up."""

import gzip
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from nodetop.model import wire
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot
from nodetop.recording.file import Header, NodeHistory


class IncidentFileExists(Exception):
    """The name is taken."""


class IncidentFile:
    """A context: what was not committed leaves nothing behind. Raises OSError where the disk does not take it.

    Only its owner can read it: it says what ran on a machine."""

    def __init__(self, path: Path, *, force: bool = False) -> None:
        """Raises IncidentFileExists unless `force`, before anything is asked for or written."""
        self.path = path
        self.nodes = 0
        self.samples = 0
        self.points = 0
        self._force = force
        self._temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._raw: IO[bytes] | None = None
        self._file: IO[bytes] | None = None
        self._check_name()

    def _check_name(self) -> None:
        if self.path.is_dir():
            raise IsADirectoryError(None, "is a folder", str(self.path))
        if not self._force and os.path.lexists(self.path):
            raise IncidentFileExists(str(self.path))

    def __enter__(self) -> "IncidentFile":
        try:
            descriptor = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.path)) from None
        self._raw = self._file = os.fdopen(descriptor, "wb")
        if self.path.suffix == ".gz":
            self._file = gzip.GzipFile("", "wb", 6, self._raw, mtime=0)  # type: ignore[assignment]
        return self

    def begin(self, header: Header) -> None:
        """The first line."""
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
        assert self._file is not None
        self._file.write(wire.encode(value) + b"\n")

    def commit(self) -> int:
        """Brings it under its name, whole and on the disk; its size in bytes. Raises IncidentFileExists if there is one
        by now."""
        assert self._file is not None and self._raw is not None
        if self._file is not self._raw:
            self._file.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        size = os.fstat(self._raw.fileno()).st_size
        self._raw.close()
        self._check_name()
        os.replace(self._temporary, self.path)
        return size

    def __exit__(self, *_: object) -> None:
        for each in (self._file, self._raw):
            if each is not None and not each.closed:
                with suppress(OSError):  # what is not committed may be lost
                    each.close()
        self._temporary.unlink(missing_ok=True)
