"""Whether the hub's disk, and its share of it, have space left."""

import os
import shutil
from pathlib import Path

from nodetop.server.base import limits


def disk_problem(folder: Path) -> str | None:
    """One line for people where there is no space left, or the folder cannot be used; else None."""
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
    except OSError:  # a file was replaced meanwhile
        pass
    return total
