"""A disk of one megabyte, if the machine can make one."""

import errno
from pathlib import Path


def fill(folder: Path) -> Path:
    """Fills the disk. Returns the file that fills it."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (65_536, 4096, 512, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
    return ballast
