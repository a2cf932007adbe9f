"""Swap for a test, and a program whose memory is moved there."""

import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.verify.watching import reason, run

PAGER = textwrap.dedent("""
    import mmap, os, sys, time
    MADV_PAGEOUT, size = 21, 96 << 20
    block = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for page in range(0, size, mmap.PAGESIZE):
        block[page:page + 8] = os.urandom(8)
    block.madvise(MADV_PAGEOUT)
    print("out", flush=True)
    while len(sys.argv) > 1:
        for page in range(0, size, mmap.PAGESIZE):
            block[page] = 1
        block.madvise(MADV_PAGEOUT)
        time.sleep(0.3)
        for _ in range(2):  # what was being written is still there the first time; then, clean, it is let go at once
            for page in range(0, size, mmap.PAGESIZE):
                block[page]
            block.madvise(MADV_PAGEOUT)
    sys.stdin.read()
""")


@contextmanager
def swap_file(folder: Path) -> Iterator[None]:
    """256 MiB more of it. Skips where there can be none."""
    path = folder / "swap"
    run("dd", "if=/dev/zero", f"of={path}", "bs=1M", "count=256", "status=none")
    path.chmod(0o600)
    run("mkswap", str(path))
    done = subprocess.run(["swapon", path], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no swap file can be used here (needs root): {reason(done.stderr)}")
    try:
        yield
    finally:
        run("swapoff", str(path))
