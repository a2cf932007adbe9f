"""The lines of a file that may be gzip, cut short, damaged, or made to fill the memory of who reads it."""

import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; a snapshot of 100,000 processes has about as many. More is not a recording but an attack on memory."""
LEAST_SUSPECT = 64 * 1024 * 1024
"""Bytes that any file may expand to."""
MOST_EXPANSION = 300
"""Beyond that, how many times its own size: recordings reach 100 where nothing happens, what is made to harm 1000."""
_GZIP_MAGIC = b"\x1f\x8b"


class DamagedFile(Exception):
    """Reading came to a place from which it cannot go on; the message says why. `is_end`: the file was merely not
    closed by who wrote it."""

    def __init__(self, message: str, *, is_end: bool = False) -> None:
        super().__init__(message)
        self.is_end = is_end


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Number and text of each line, counted from 1; only the last may be without its line end.

    Raises OSError, and DamagedFile after the last line that can be trusted.
    """
    with path.open("rb") as file:
        compressed = file.read(2) == _GZIP_MAGIC
        size = os.fstat(file.fileno()).st_size
    with gzip.open(path) if compressed else path.open("rb") as lines:
        most = max(LEAST_SUSPECT, MOST_EXPANSION * size) if compressed else None
        total = 0
        number = 0
        while line := _next(lines):  # type: ignore[arg-type]
            number += 1
            total += len(line)
            if most is not None and total > most:
                raise DamagedFile(f"expands to more than {MOST_EXPANSION} times its size and is read no further")
            if len(line) >= LONGEST_LINE and not line.endswith(b"\n"):
                raise DamagedFile(f"has a line longer than {LONGEST_LINE >> 20} MiB, line {number}")
            yield number, line


def _next(file: IO[bytes]) -> bytes:
    try:
        return file.readline(LONGEST_LINE)
    except EOFError:  # a gzip file whose end was never written; all whole lines before it were read
        raise DamagedFile("was not closed", is_end=True) from None
    except (zlib.error, gzip.BadGzipFile) as error:
        raise DamagedFile(f"is damaged: {error}") from None
