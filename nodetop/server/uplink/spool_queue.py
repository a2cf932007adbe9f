"""A queue of records on disk: appended at one end, taken from the other, bounded, in files that a crash cannot spoil.

A record is its length, the CRC-32 of its payload (both four bytes, little-endian), and the payload. Segments are files
named by a growing number. What was taken is forgotten by unlinking a whole segment, so after a crash at most one
segment's worth is taken again: a record may be handled twice.
"""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from struct import Struct
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
    """Bytes of whole records; what follows in the file (a torn tail) is not read."""


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
        self._segments = deque(self._found())
        self._next_number = 1 + max((int(s.path.stem) for s in self._segments), default=0)

    def _found(self) -> list[_Segment]:
        found = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            if not path.stem.isdecimal() or not path.is_file() or path.is_symlink():
                continue
            segment = _Segment(path)
            for payload in _records(path):
                segment.records += 1
                segment.size += _HEAD.size + len(payload)
            if segment.records:
                found.append(segment)
            else:
                path.unlink()
        return found

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
        """Adds a record at the end; its number. Beyond the size limit the oldest segment is dropped. Raises OSError,
        having added nothing."""
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
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        self._close_active()
        self._active = descriptor
        self._next_number += 1
        self._segments.append(_Segment(path))

    def _mend(self, descriptor: int, size: int) -> None:
        # Half a record would hide all that comes after it: cut it off, or go on in a new file.
        try:
            os.ftruncate(descriptor, size)
        except OSError:
            self._close_active()

    def peek(self, limit: int, max_bytes: int = MAX_RECORD_BYTES) -> tuple[int, list[bytes]]:
        """Some of the oldest records, at most so many and (after the first) so many bytes; and the number of the one
        that follows them, for advance_to(). None only when the queue is empty."""
        while len(self):
            taken: list[bytes] = []
            for payload in islice(_records(self._segments[0].path, self._offset), limit):
                max_bytes -= len(payload)
                if taken and max_bytes < 0:
                    break
                taken.append(payload)
            if taken:
                return self._first + len(taken), taken
            self._lose_first()  # damaged since it was written
        return self._first, []

    def advance_to(self, number: int) -> None:
        """Forgets all records before this number. Those that were dropped meanwhile are passed over."""
        while self._first < number and self._segments:
            segment = self._segments[0]
            step = min(number - self._first, segment.records - self._taken)
            if self._taken + step == segment.records:
                self._drop_first()
                continue
            self._offset += sum(_HEAD.size + len(p) for p in islice(_records(segment.path, self._offset), step))
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
            os.ftruncate(self._active, 0)  # cheaper than a new file for each sample
            segment.records = segment.size = 0
            return
        self._segments.popleft()
        segment.path.unlink(missing_ok=True)

    def _close_active(self) -> None:
        if self._active is not None:
            os.close(self._active)
            self._active = None

    def close(self) -> None:
        """Closes the open file; queued records stay on disk."""
        self._close_active()
        if self._segments and not self._segments[-1].records:
            self._segments.pop().path.unlink(missing_ok=True)


def _records(path: Path, offset: int = 0) -> Iterator[bytes]:
    """Payloads from an offset on, up to the end or the first that is torn or damaged."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return
    with open(descriptor, "rb") as file:
        file.seek(offset)
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            length, checksum = _HEAD.unpack(head)
            payload = file.read(length) if length <= MAX_RECORD_BYTES else b""
            if len(payload) != length or crc32(payload) != checksum:
                return
            yield payload
