"""A recording: snapshots as lines of JSON in one file, gzip where its name ends in .gz. For --record and --replay.

The first line is a header, {"nodetop_recording": 1, ...}; what `nodetop --json` printed has none and serves as well.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO

from nodetop import wire
from nodetop.model import SCHEMA, NodeSnapshot

FORMAT = 1
LONGEST_LINE = 256 * 1024 * 1024
"""Bytes; a snapshot of 100,000 processes has a fifth of that. More is not a recording but an attack on memory."""
_HEADER_KEY = "nodetop_recording"
_GZIP_MAGIC = b"\x1f\x8b"


class RecordingError(Exception):
    """A recording that cannot be written or read: one plain line."""


class Recording:
    """Appends snapshots to a new file, each whole on disk before the next. `add` may be called from any thread."""

    def __init__(self, path: Path, version: str = "") -> None:
        """Raises RecordingError; a file that is there already is left as it is."""
        self._path = path
        self._lock = Lock()
        self.problem: str | None = None
        """Why recording stopped before it was closed."""
        try:
            self._file = _create(path)
            self._write(json.dumps({_HEADER_KEY: FORMAT, "schema": SCHEMA, "version": version}).encode())
        except FileExistsError:
            raise RecordingError(f"{path} is there already; --record needs a new file") from None
        except OSError as error:
            raise RecordingError(f"cannot record to {path}: {error.strerror or error}") from None

    def add(self, snapshot: NodeSnapshot) -> None:
        """Appends one snapshot. A full disk ends the recording and nothing else; see `problem`."""
        line = wire.encode(snapshot)
        with self._lock:
            if self.problem or self._file.closed:
                return
            try:
                self._write(line)
            except OSError as error:
                self.problem = f"recording to {self._path} stopped: {error.strerror or error}"

    def __enter__(self) -> "Recording":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the file. Safe to call twice."""
        with self._lock:
            try:
                self._file.close()
            except OSError as error:
                self.problem = self.problem or f"recording to {self._path} stopped: {error.strerror or error}"

    def _write(self, line: bytes) -> None:
        self._file.write(line + b"\n")
        self._file.flush()


def _create(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return gzip.open(path, "xb", compresslevel=6)  # type: ignore[return-value]
    return path.open("xb")


def recorded(snapshots: Iterable[NodeSnapshot], recording: Recording) -> Iterator[NodeSnapshot]:
    """The same snapshots, each on disk before it is handed on. Raises OSError when the disk takes no more."""
    for snapshot in snapshots:
        recording.add(snapshot)
        if recording.problem:
            raise OSError(recording.problem)
        yield snapshot


@dataclass
class Reader:
    """The snapshots of a recording, one after another as they stand in the file."""

    path: Path
    notices: list[str] = field(default_factory=list)
    """What was passed over, as plain lines; complete once all snapshots were taken."""

    def __iter__(self) -> Iterator[NodeSnapshot]:
        """Raises RecordingError, which names the line."""
        try:
            with _open(self.path) as file:
                yield from self._snapshots(file)
        except (OSError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or error
            raise RecordingError(f"cannot read {self.path}: {reason}") from None

    def _snapshots(self, file: IO[bytes]) -> Iterator[NodeSnapshot]:
        found = False
        for number, line in enumerate(self._lines(file), 1):
            if line.isspace() or (number == 1 and _is_header(line, self.path)):
                continue
            try:
                snapshot = wire.decode_snapshot(line)
            except wire.BadMessage as error:
                if not line.endswith(b"\n"):  # written when the power went
                    self.notices.append(f"{self.path}:{number}: the last snapshot is cut short and was left out")
                    break
                raise RecordingError(f"{self.path}:{number}: not a snapshot: {error}") from None
            found = True
            yield snapshot
        if not found:
            raise RecordingError(f"{self.path} holds no snapshot")

    def _lines(self, file: IO[bytes]) -> Iterator[bytes]:
        try:
            while line := file.readline(LONGEST_LINE):
                yield line
        except EOFError:  # a gzip file whose end was never written; all whole lines before it were read
            self.notices.append(f"{self.path} was not closed; what it holds was read")


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        compressed = file.read(2) == _GZIP_MAGIC
    return gzip.open(path) if compressed else path.open("rb")  # type: ignore[return-value]


def _is_header(line: bytes, path: Path) -> bool:
    if not line.startswith(b'{"' + _HEADER_KEY.encode()):
        return False
    try:
        written = json.loads(line)[_HEADER_KEY]
    except ValueError:
        return False
    if not isinstance(written, int) or written > FORMAT:
        raise RecordingError(
            f"{path} was made by a newer nodetop (recording format {written}; this one reads {FORMAT})"
        )
    return True
