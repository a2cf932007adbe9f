"""A recording: snapshots as lines of JSON in one file, compressed if its name ends in .gz. For --record and --replay.

The first line is a header, {"nodetop_recording": 1, ...}. The output of `nodetop --json` has no header and can be read
too. An incident file, written by `nodetop export`, is a recording of format 2. Its header lists its nodes and their
time range, and between the snapshots there are lines of history (NodeHistory) for times before the first sample.
"""

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Annotated, TypeVar

from msgspec import Meta, Struct

from nodetop.base import files
from nodetop.model import wire
from nodetop.model.snapshot import SCHEMA, HistoryPoint, Name, NodeSnapshot, Time
from nodetop.recording.error import RecordingError
from nodetop.recording.gzip_writer import GzipWriter
from nodetop.recording.lines import DamagedFile, numbered_lines

T = TypeVar("T")

FORMAT = 1
INCIDENT_FORMAT = 2
"""A recording that also has history."""
LONGEST_STEP = 31 * 86_400
_HEADER_KEY = "nodetop_recording"
_HISTORY_START = b'{"history_of"'


class Header(Struct, frozen=True, kw_only=True):
    """The first line. In a recording of format 1 it has only the versions."""

    nodetop_recording: int
    schema: int = SCHEMA
    version: Name = ""
    made_at: Time | None = None
    made_by: Name = ""
    """The user and the machine that made it."""
    source: Name = ""
    """The hub's address, or "local"."""
    since: Time | None = None
    until: Time | None = None
    nodes: tuple[Name, ...] = ()


class NodeHistory(Struct, frozen=True, kw_only=True):
    """Points of one node, each of `step` seconds."""

    history_of: Name
    step: Annotated[float, Meta(ge=1, le=LONGEST_STEP)]
    points: tuple[HistoryPoint, ...]


class Recording:
    """Appends snapshots to a new file; each is complete on disk before the next. `add` may be called from any thread.

    The file shows what ran on a machine. So only its owner can read it, and command lines are redacted by default.
    """

    def __init__(self, path: Path, version: str = "", args: str = "redacted") -> None:
        """`args` is one of redact.MODES. Raises RecordingError. An existing file is not changed."""
        from nodetop.recording.redact import redact_snapshot  # late: its tables are only needed for recording

        self._prepared = partial(redact_snapshot, mode=args)
        self.path = path
        self._lock = Lock()
        self.problem: str | None = None
        """Why recording stopped before close()."""
        try:
            self._file = os.fdopen(files.create(path), "wb")
            self._lines = GzipWriter(self._file) if path.suffix == ".gz" else self._file
            self._write(json.dumps({_HEADER_KEY: FORMAT, "schema": SCHEMA, "version": version}).encode())
        except FileExistsError:
            raise RecordingError(f"{path} already exists; --record needs a new file") from None
        except OSError as error:
            raise RecordingError(f"cannot record to {path}: {error.strerror or error}") from None

    def add(self, snapshot: NodeSnapshot) -> None:
        """Appends one snapshot. A full disk only stops the recording; see `problem`."""
        line = wire.encode(self._prepared(snapshot))
        with self._lock:
            if self.problem or self._file.closed:
                return
            try:
                self._write(line)
            except OSError as error:
                self.problem = f"recording to {self.path} stopped: {error.strerror or error}"

    def __enter__(self) -> "Recording":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file. Safe to call twice."""
        with self._lock:
            try:
                self._lines.close()
                self._file.close()
            except OSError as error:
                self.problem = self.problem or f"recording to {self.path} stopped: {error.strerror or error}"

    def _write(self, line: bytes) -> None:
        self._lines.write(line + b"\n")
        self._lines.flush()
        self._file.flush()


def recorded(snapshots: Iterable[NodeSnapshot], recording: Recording) -> Iterator[NodeSnapshot]:
    """Passes snapshots on, each after it is on disk. Raises OSError if it cannot be written."""
    for snapshot in snapshots:
        recording.add(snapshot)
        if recording.problem:
            raise OSError(recording.problem)
        yield snapshot


@dataclass
class Reader:
    """The entries of a recording, in the order of the file."""

    path: Path
    tolerant: bool = False
    """For the monitor: a file that is damaged after its first entries counts as one that ends there, and invalid values
    are left out. For scripts both are errors."""
    notices: list[str] = field(default_factory=list)
    """What was skipped, as plain lines. Complete after the last entry."""
    header: Header | None = None
    """Known after the first entry; None if the file has no header."""
    _has_left_out: bool = False

    def __iter__(self) -> Iterator[NodeSnapshot]:
        """The snapshots only. Raises RecordingError, which names the line."""
        found = False
        for entry in self.entries():
            if isinstance(entry, NodeSnapshot):
                found = True
                yield entry
        if not found:
            raise RecordingError(
                f"{self.path} has no snapshots, only history; open it in the monitor: nodetop --replay"
            )

    def entries(self) -> Iterator[NodeSnapshot | NodeHistory]:
        """The snapshots and the history. Raises RecordingError, which names the line."""
        found = False
        try:
            for number, line in numbered_lines(self.path):
                if line.isspace() or (number == 1 and self._is_header(line)):
                    continue
                entry = self._entry(number, line)
                if entry is None:
                    break
                found = True
                yield entry
        except DamagedFile as damage:
            if not damage.is_end and not (found and self.tolerant):
                raise RecordingError(f"cannot read {self.path}: it {damage}") from None
            self.notices.append(f"{self.path} {damage}; everything up to there was read")
        except RecordingError as error:
            if not (found and self.tolerant):
                raise
            self.notices.append(f"{error}; everything up to there was read")
        except (OSError, zlib.error) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise RecordingError(f"cannot read {self.path}: {reason or error}") from None
        if not found:
            raise RecordingError(f"{self.path} has no snapshots")

    def _entry(self, number: int, line: bytes) -> NodeSnapshot | NodeHistory | None:
        """None for an incomplete last line, as a power failure leaves it."""
        try:
            if line.startswith(_HISTORY_START):
                return self._decoded(number, line, NodeHistory)
            snapshot = self._decoded(number, line, NodeSnapshot)
        except wire.BadMessage as error:
            if not line.endswith(b"\n"):
                self.notices.append(f"{self.path}:{number}: the last snapshot is incomplete and was skipped")
                return None
            raise RecordingError(f"{self.path}:{number}: not a snapshot: {error}") from None
        self._check_schema(snapshot.schema)
        return snapshot

    def _decoded(self, number: int, line: bytes, kind: type[T]) -> T:
        if not self.tolerant:
            return wire.decode(line, kind)
        found = wire.decode_fitting(line, kind)
        if isinstance(found.value, NodeHistory) and not found.value.points:
            raise wire.BadMessage(found.reason or "no points")
        if found.left_out and not self._has_left_out:
            self._has_left_out = True
            self.notices.append(f"{self.path}:{number}: has invalid values, which were left out: {found.reason}")
        return found.value

    def _is_header(self, line: bytes) -> bool:
        if not line.startswith(b'{"' + _HEADER_KEY.encode()):
            return False
        try:
            header = wire.decode(line, Header)
        except wire.BadMessage:
            return False
        if header.nodetop_recording > INCIDENT_FORMAT:
            raise RecordingError(
                f"{self.path} was made by a newer nodetop "
                f"(recording format {header.nodetop_recording}; this one reads {INCIDENT_FORMAT})"
            )
        self._check_schema(header.schema)
        self.header = header
        return True

    def _check_schema(self, schema: int) -> None:
        if schema > SCHEMA:
            raise RecordingError(f"{self.path} was made by a newer nodetop (schema {schema}; this one reads {SCHEMA})")
