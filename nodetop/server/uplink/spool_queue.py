"""A bounded, crash-safe queue of records on disk: appended at one end, taken from the other.

A record is its length, the CRC-32 of its payload (both four bytes, little-endian), and the payload, which is not empty.
Segments are files named by an increasing number. Taken records are removed by deleting a whole segment. So after a
crash up to one segment of records is taken again, and handling a record twice must do no harm. After damage, reading
continues at the next intact record. Lost records are counted; if their number is unknown, it is estimated by size.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from struct import Struct
from typing import NamedTuple
from zlib import crc32

from nodetop.base import files

SEGMENT_BYTES = 1024 * 1024
MAX_RECORD_BYTES = 4 * 1024 * 1024
_HEAD = Struct("<II")
_SUFFIX = ".spool"


@dataclass
class _Segment:
    path: Path
    records: int = 0
    size: int = 0
    """Bytes up to the end of the last intact record. Anything after it (an unfinished write) is not read."""


class DiskQueue:
    """Records, oldest first. Written to the kernel at once, so that killing the process loses none. Not synced."""

    def __init__(self, folder: Path, *, max_bytes: int, segment_bytes: int = SEGMENT_BYTES) -> None:
        """Takes over what is in the folder, which is created if absent. Raises OSError if the folder cannot be used."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._segment_bytes = segment_bytes
        self._active: int | None = None
        self._taken = 0
        """Records already taken from the first segment. The next one starts at `_offset`."""
        self._offset = 0
        self._first = 0
        """Number of the oldest record, counted since this queue was opened; for advance_to()."""
        self.dropped = 0
        """Records lost to the size limit or to damage since this queue was opened."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        paths = sorted(path for path in folder.glob(f"*{_SUFFIX}") if path.stem.isdecimal())
        self._segments = deque(self._found(paths))
        self._next_number = 1 + max((int(path.stem) for path in paths), default=0)

    def _found(self, paths: Iterable[Path]) -> Iterator[_Segment]:
        for path in paths:
            try:
                records, lost = _read(path)
            except OSError:  # left in place for the user to inspect
                self.dropped += 1
                continue
            self.dropped += lost
            if records:
                yield _Segment(path, len(records), records[-1].end)
            else:
                files.remove(path)

    def __len__(self) -> int:
        return sum(segment.records for segment in self._segments) - self._taken

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(segment.size for segment in self._segments)

    @property
    def end(self) -> int:
        """The number of the next record to be appended."""
        return self._first + len(self)

    def append(self, payload: bytes) -> int:
        """Adds a record at the end and returns its number. Over the size limit, the oldest segment is dropped. Raises
        OSError if nothing was added; ValueError for a payload that is empty or too large."""
        if not 0 < len(payload) <= MAX_RECORD_BYTES:
            raise ValueError(f"a record of the spool has 1 to {MAX_RECORD_BYTES} bytes")
        record = _HEAD.pack(len(payload), crc32(payload)) + payload
        if self._active is None or self._segments[-1].size + len(record) > self._segment_bytes:
            self._roll()
        assert self._active is not None
        segment = self._segments[-1]
        try:
            files.write(self._active, record)
        except OSError:
            self._mend(self._active, segment.size)
            raise
        segment.records += 1
        segment.size += len(record)
        number = self.end - 1
        while self.size > self._max_bytes and len(self._segments) > 1:
            self._lose_first()
        return number

    def _roll(self) -> None:
        path = self._folder / f"{self._next_number:016d}{_SUFFIX}"
        descriptor = files.create(path, append=True)
        self._close_active()
        self._active = descriptor
        self._next_number += 1
        self._segments.append(_Segment(path))

    def _mend(self, descriptor: int, size: int) -> None:
        # Half a record would hide all records after it: cut it off, or continue in a new file.
        try:
            files.truncate(descriptor, size)
        except OSError:
            self._close_active()

    def peek(self, limit: int, max_bytes: int = MAX_RECORD_BYTES) -> tuple[int, list[bytes]]:
        """Up to `limit` of the oldest records, and at most `max_bytes` unless the first is larger; also the number of
        the record after them, for advance_to(). Empty only if the queue is empty."""
        while len(self):
            taken: list[bytes] = []
            for record in islice(self._rest_of_first(), limit):
                max_bytes -= len(record.payload)
                if taken and max_bytes < 0:
                    break
                taken.append(record.payload)
            if taken:
                return self._first + len(taken), taken
            self._drop_first()  # all of it was damaged
        return self._first, []

    def _rest_of_first(self) -> "list[_Record]":
        """The records of the first segment that are not taken yet. Records that were damaged after they were written
        are lost; the others keep their numbers, as if the lost ones had come first."""
        segment = self._segments[0]
        records = _records(segment.path, self._offset)[: segment.records - self._taken]
        lost = segment.records - self._taken - len(records)
        self.dropped += lost
        self._first += lost
        segment.records -= lost
        return records

    def advance_to(self, number: int) -> None:
        """Removes all records before this number. Records that were dropped meanwhile are skipped."""
        while self._first < number and self._segments:
            segment = self._segments[0]
            step = min(number - self._first, segment.records - self._taken)
            if self._taken + step == segment.records:
                self._drop_first()
                continue
            records = self._rest_of_first()
            step = min(number - self._first, len(records))
            if step > 0:
                self._offset = records[step - 1].end
                self._taken += step
                self._first += step

    def _lose_first(self) -> None:
        self.dropped += self._segments[0].records - self._taken
        self._drop_first()

    def _drop_first(self) -> None:
        segment = self._segments[0]
        self._first += segment.records - self._taken
        self._taken = self._offset = 0
        if len(self._segments) == 1 and self._active is not None:
            files.truncate(self._active, 0)  # cheaper than a new file for each sample
            segment.records = segment.size = 0
            return
        self._segments.popleft()
        with suppress(FileNotFoundError):
            files.remove(segment.path)

    def _close_active(self) -> None:
        if self._active is not None:
            files.close(self._active)
            self._active = None

    def close(self) -> None:
        """Closes the open file. Queued records stay on disk."""
        self._close_active()
        if self._segments and not self._segments[-1].records:
            with suppress(FileNotFoundError):
                files.remove(self._segments.pop().path)


class _Record(NamedTuple):
    payload: bytes
    end: int
    """Where the next record begins in the file."""


def _records(path: Path, offset: int) -> list[_Record]:
    """The intact records from an offset on; none if the file cannot be read."""
    try:
        return _read(path, offset)[0]
    except OSError:
        return []


def _read(path: Path, offset: int = 0) -> tuple[list[_Record], int]:
    """The intact records from an offset on, and about how many damaged ones. Raises OSError."""
    data = files.read(path)
    records: list[_Record] = []
    damaged_bytes = damages = 0
    at = offset
    while at < len(data):
        record = _record(data, at)
        if record is None:
            begin, at = at, _next_record(data, at + 1)
            if at == len(data) and _is_torn(data, begin):
                break
            damages += 1
            damaged_bytes += at - begin
            continue
        records.append(record)
        at = record.end
    whole_bytes = sum(_HEAD.size + len(record.payload) for record in records)
    by_size = round(damaged_bytes * len(records) / whole_bytes) if records else 0
    return records, max(damages, by_size)


def _record(data: bytes, at: int) -> _Record | None:
    if at + _HEAD.size >= len(data):
        return None
    length, checksum = _HEAD.unpack_from(data, at)
    end = at + _HEAD.size + length
    if not 0 < length <= MAX_RECORD_BYTES or end > len(data):
        return None
    payload = data[at + _HEAD.size : end]
    return _Record(payload, end) if crc32(payload) == checksum else None


def _next_record(data: bytes, at: int) -> int:
    """The start of the next intact record at or after an offset; the end of the data if there is none."""
    while at < len(data) and _record(data, at) is None:
        at += 1
    return at


def _is_torn(data: bytes, at: int) -> bool:
    """Whether an unfinished write begins at an offset. Its record was never acknowledged."""
    if at + _HEAD.size > len(data):
        return True
    length: int = _HEAD.unpack_from(data, at)[0]
    return 0 < length <= MAX_RECORD_BYTES and at + _HEAD.size + length > len(data)
