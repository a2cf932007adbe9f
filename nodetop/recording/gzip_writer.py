"""Compresses what is written to a file. gzip.GzipFile keeps a buffer of its own, which from Python 3.14 on it complains
about when it is thrown away after the disk was full."""

import zlib
from typing import Protocol

_LEVEL = 6
_WITH_GZIP_HEADER = 31


class Writable(Protocol):
    """A file to write to."""

    def write(self, data: bytes, /) -> object:
        """Writes all of it. Raises OSError."""


class GzipWriter:
    """Raises OSError where the file does. Closing it does not close the file."""

    def __init__(self, file: Writable) -> None:
        self._file = file
        self._compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WITH_GZIP_HEADER)
        self._is_closed = False

    def write(self, data: bytes) -> None:
        self._file.write(self._compressor.compress(data))

    def flush(self) -> None:
        """After this, the file has all that was written."""
        self._file.write(self._compressor.flush(zlib.Z_SYNC_FLUSH))

    def close(self) -> None:
        """Writes the end. Safe to call twice."""
        if not self._is_closed:
            self._is_closed = True
            self._file.write(self._compressor.flush())
