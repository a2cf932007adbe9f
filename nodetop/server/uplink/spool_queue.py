"""A queue of records on disk: appended at one end, taken from the other, bounded, in files that a crash cannot spoil.

A record is its length, the CRC-32 of its payload (both four bytes, little-endian), and the payload, which is not empty.
Segments are files named by a growing number. What was taken is forgotten by unlinking a whole segment, so after a crash
at most one segment's worth is taken again: what is in the queue must bear being done twice. Reading goes on at the next
whole record after damage; what was lost is counted, by its share of the bytes where nothing else tells.
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
    """Bytes up to the end of the last whole record; what follows in the file (a torn tail) is not read."""


class DiskQueue:
    """Records, oldest first. Written to the kernel at once, so that killing the process loses none; not synced."""

    def __init__(self, folder: Path, *, max_bytes: int, segment_bytes: int = SEGMENT_BYTES) -> None:
        """Takes over what is in the folder (made if absent). Raises OSError where the folder cannot be used."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._segment_bytes = segment_bytes
        self._active: int | None = None
        self._taken = 0
        """Records of the first segment that were taken, and where the next one starts."""
        self._offset = 0
        self._first = 0
        """Number of the oldest record since this queue was opened, for advance_to()."""
        self.dropped = 0
        """Records lost to the bound or to damage since this queue was opened."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        paths = sorted(path for path in folder.glob(f"*{_SUFFIX}") if path.stem.isdecimal())
        self._segments = deque(self._found(paths))
        self._next_number = 1 + max((int(path.stem) for path in paths), default=0)

    def _found(self, paths: Iterable[Path]) -> Iterator[_Segment]:
        for path in paths:
            try:
                records, lost = _read(path)
            except OSError:  # it stays where it is, for somebody to look at
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
        """The number the next record will have."""
        return self._first + len(self)

    def append(self, payload: bytes) -> int:
        """Adds a record at the end and tells its number; beyond the bound the oldest segment goes. Raises OSError,
        having added nothing; ValueError for a payload that is empty or too large."""
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
        # Half a record would hide all that comes after it: cut it off, or go on in a new file.
        try:
            files.truncate(descriptor, size)
        except OSError:
            self._close_active()

    def peek(self, limit: int, max_bytes: int = MAX_RECORD_BYTES) -> tuple[int, list[bytes]]:
        """Some of the oldest records, at most so many and (after the first) so many bytes; and the number of the one
        that follows them, for advance_to(). None only when the queue is empty."""
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
        """The records of the first segment that were not taken. Those that were damaged since they were written are
        lost: the others keep their numbers, as if the lost ones had been the first."""
        segment = self._segments[0]
        records = _records(segment.path, self._offset)[: segment.records - self._taken]
        lost = segment.records - self._taken - len(records)
        self.dropped += lost
        self._first += lost
        segment.records -= lost
        return records

    def advance_to(self, number: int) -> None:
        """Forgets all records before this number. Those that were dropped meanwhile are passed over."""
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
        """Closes the open file; queued records stay on disk."""
        self._close_active()
        if self._segments and not self._segments[-1].records:
            with suppress(FileNotFoundError):
                files.remove(self._segments.pop().path)


class _Record(NamedTuple):
    payload: bytes
    end: int
    """Where the next one begins in the file."""


def _records(path: Path, offset: int) -> list[_Record]:
    """The whole records from an offset on; none where the file cannot be read."""
    try:
        return _read(path, offset)[0]
    except OSError:
        return []


def _read(path: Path, offset: int = 0) -> tuple[list[_Record], int]:
    """The whole records from an offset on, and about how many others there were. Raises OSError."""
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
    """Where a whole record begins, from there on; the end of the data where none does."""
    while at < len(data) and _record(data, at) is None:
        at += 1
    return at


def _is_torn(data: bytes, at: int) -> bool:
    """Whether what begins there was not written to its end: nobody was told that it was kept."""
    if at + _HEAD.size > len(data):
        return True
    length: int = _HEAD.unpack_from(data, at)[0]
    return 0 < length <= MAX_RECORD_BYTES and at + _HEAD.size + length > len(data)
