"""A FUSE mount whose program never answers: whoever looks at it waits."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def dead_fuse(place: Path) -> Iterator[Path]:
    """Mounted at `place`, an empty or new folder. Skips where that may not be done."""
    place.mkdir(exist_ok=True)
    try:
        channel = os.open("/dev/fuse", os.O_RDWR)
    except OSError as error:
        pytest.skip(f"no FUSE here: {error}")
    try:
        options = f"fd={channel},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}"
        command = ["mount", "-i", "-t", "fuse", "-o", options, "deadfs", str(place)]
        if shutil.which("mount") is None:
            pytest.skip("FUSE cannot be mounted here: no mount")
        done = subprocess.run(command, pass_fds=[channel], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"FUSE cannot be mounted here (needs root): {done.stderr.strip()[:80]}")
        yield place
    finally:
        os.close(channel)  # whoever waits is let go, with an error
        subprocess.run(["umount", "-l", place], capture_output=True)
