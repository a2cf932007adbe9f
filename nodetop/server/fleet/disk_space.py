"""Whether the hub has disk space left: on the disk, and within its own limit."""

import os
import shutil
from pathlib import Path

from nodetop.history.disk_errors import plain
from nodetop.server.base import limits


def disk_problem(folder: Path) -> str | None:
    """One line for users if there is no space left or the folder cannot be used, else None."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"the hub accepts no samples: {plain(error, folder)}"
    if free < limits.FREE_BYTES:
        least = limits.FREE_BYTES >> 20
        return f"the hub accepts no samples: {folder}: less than {least} MiB are free on its disk: free some space"
    if _size(folder) > limits.STORE_BYTES:
        most = limits.STORE_BYTES >> 30
        return f"the hub accepts no samples: {folder} is larger than {most} GiB: lower --retention-days"
    return None


def _size(folder: Path) -> int:
    """Bytes of all files in the folder; those that cannot be read do not count."""
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
