"""A disk of one megabyte, where the machine lets us make one."""

import errno
from pathlib import Path


def fill(folder: Path) -> Path:
    """Takes all the room there is; the file that does so."""
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
