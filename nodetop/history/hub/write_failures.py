"""Failures of a journal's disk, as seen in the journal's own writes."""

import errno
import time
from math import inf
from pathlib import Path

from nodetop.history.disk_errors import plain

SHOWN_SECONDS = 600.0
"""A disk that failed is shown as failing for this long, even if it works in between."""
_FAULTS = frozenset({errno.EIO, errno.EROFS, errno.ENXIO, errno.ENODEV, errno.ENOENT, errno.ETIMEDOUT, errno.ESTALE})
"""Errors of a failing disk, not of a full one."""


class WriteFailures:
    """One thread reports each write; any thread may read `problem`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._at = -inf
        self._fault = self._refusal = ""

    def wrote(self) -> None:
        self._refusal = ""

    def failed(self, error: Exception) -> None:
        self._refusal = plain(error, self._folder)
        if isinstance(error, OSError) and error.errno in _FAULTS:
            now = time.monotonic()
            self._count = 1 if now - self._at > SHOWN_SECONDS else self._count + 1
            self._at, self._fault = now, self._refusal

    @property
    def problem(self) -> str | None:
        """One plain line if the last write failed, or if the disk failed in the last minutes; else None."""
        if time.monotonic() - self._at <= SHOWN_SECONDS:
            times = f"{self._count} time{'s' * (self._count != 1)}"
            return f"the journal could not be written {times} in the last minutes: {self._fault}"
        return f"the hub accepts no samples: {self._refusal}" if self._refusal else None
