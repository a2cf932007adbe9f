"""The memory of this process."""

import os
from pathlib import Path


def resident_bytes() -> int | None:
    """What it has in RAM; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
