"""The lines of a file that may be compressed, incomplete, damaged, or made to exhaust the reader's memory."""

import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from nodetop.base import files

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; about the size of a snapshot of 100,000 processes. A longer line is not a recording but an attack."""
LEAST_SUSPECT = 64 * 1024 * 1024
"""Every file may expand to this many bytes."""
MOST_EXPANSION = 300
"""A larger file may expand to this many times its size. Recordings of an idle machine reach 100, zip bombs 1000."""
_GZIP_MAGIC = b"\x1f\x8b"


class DamagedFile(Exception):
    """The file cannot be read further; the message says why. `is_end`: the writer only did not close it, and all
    complete lines were read."""

    def __init__(self, message: str, *, is_end: bool = False) -> None:
        super().__init__(message)
        self.is_end = is_end


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Number and text of each line, counted from 1. Only the last may have no line end.

    Raises OSError, and DamagedFile after the last intact line.
    """
    with os.fdopen(files.open_regular(path), "rb") as file:
        compressed = file.read(2) == _GZIP_MAGIC
        most = max(LEAST_SUSPECT, MOST_EXPANSION * os.fstat(file.fileno()).st_size) if compressed else None
        file.seek(0)
        with gzip.GzipFile(fileobj=file) if compressed else file as lines:
            total = 0
            number = 0
            while line := _next(lines):  # type: ignore[arg-type]
                number += 1
                total += len(line)
                if most is not None and total > most:
                    raise DamagedFile(f"expands to more than {MOST_EXPANSION} times its size; reading stopped there")
                if len(line) >= LONGEST_LINE and not line.endswith(b"\n"):
                    raise DamagedFile(f"has a line longer than {LONGEST_LINE >> 20} MiB, line {number}")
                yield number, line


def _next(file: IO[bytes]) -> bytes:
    try:
        return file.readline(LONGEST_LINE)
    except EOFError:  # a gzip file without its end; all complete lines were read
        raise DamagedFile("was not closed", is_end=True) from None
    except (zlib.error, gzip.BadGzipFile) as error:
        raise DamagedFile(f"is damaged: {error}") from None
