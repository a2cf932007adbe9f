"""The format of a journal segment: records with a mark, a number and a checksum. Pure.

A record is a mark, the payload's length, the record's number, the CRC-32 of these two and the payload (little-endian),
and the payload. The number identifies a record anywhere in a file; the mark finds the next record after damage.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from zlib import crc32

MAX_PAYLOAD_BYTES = 16 * 1024 * 1024
_MARK = b"\xabNTJ"
_HEAD = Struct("<4sIQI")
_COVERED = Struct("<IQ")
OVERHEAD = _HEAD.size


def frame(number: int, payload: bytes) -> bytes:
    """One record. Raises ValueError for a payload that is too long."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError(f"a journal record has at most {MAX_PAYLOAD_BYTES} bytes")
    return _HEAD.pack(_MARK, len(payload), number, _checksum(number, payload)) + payload


def _checksum(number: int, payload: bytes | memoryview) -> int:
    return crc32(payload, crc32(_COVERED.pack(len(payload), number)))


@dataclass
class Segment:
    """The records of one file, as bytes. After the iteration, `damaged` counts the damaged parts between two intact
    records. Bytes after the last intact record (an unfinished write) are not damage."""

    data: bytes
    damaged: int = 0

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Number and payload of each intact record, in the order of the file."""
        at, skipped = 0, False
        while (at := self.data.find(_MARK, at)) >= 0 if skipped else at < len(self.data):
            record = self._record(at)
            if record is None:
                at, skipped = at + 1, True
                continue
            self.damaged += skipped
            skipped = False
            yield record
            at += OVERHEAD + len(record[1])

    def _record(self, at: int) -> tuple[int, bytes] | None:
        if len(self.data) - at < OVERHEAD:
            return None
        mark, length, number, checksum = _HEAD.unpack_from(self.data, at)
        payload = memoryview(self.data)[at + OVERHEAD : at + OVERHEAD + length]
        if mark != _MARK or len(payload) != length or _checksum(number, payload) != checksum:
            return None
        return number, bytes(payload)
