"""Whether there is room on the disk for more."""

import os
import shutil
from pathlib import Path

from nodetop.server.base import limits


def why_full(folder: Path) -> str | None:
    """One plain line where the disk, or the hub's share of it, is full; else None."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"The hub's data directory cannot be used: {error.strerror}."
    if free < limits.FREE_BYTES:
        return f"The hub's disk is nearly full: less than {limits.FREE_BYTES >> 20} MiB are free."
    if _size(folder) > limits.STORE_BYTES:
        return f"The hub's history is larger than {limits.STORE_BYTES >> 30} GiB: lower --retention-days."
    return None


def _size(folder: Path) -> int:
    """Bytes of all files in it, as far as they can be read."""
    total = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    total += _size(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    except OSError:  # a file that is replaced just now
        pass
    return total
