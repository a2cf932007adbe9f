"""Memory against free: after an allocation, with a larger page cache, with a file in tmpfs, and swap."""

import mmap
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.verify.watching import run, snapshot

GIB = 2**30
MIB = 2**20
BETWEEN = 48 * MIB
"""What other processes may take or give back between the two readings."""


def free() -> dict[str, int]:
    """Columns of `free -b -w`."""
    lines = run("free", "-b", "-w").splitlines()
    names = ["total", "used", "free", "shared", "buffers", "cache", "available"]
    found = dict(zip(names, map(int, lines[1].split()[1:]), strict=True))
    return found | {"swap_total": int(lines[2].split()[1]), "swap_used": int(lines[2].split()[2])}


def compared(what: str, verdict: Callable[..., None]) -> tuple[dict[str, Any], dict[str, int]]:
    ours, theirs = snapshot()["memory"], free()
    verdict(f"memory total, {what} (free)", ours["total_bytes"], theirs["total"], 0, "B")
    verdict(f"memory used, {what} (free)", ours["used_bytes"], theirs["used"], BETWEEN, "B")
    verdict(f"memory available, {what} (free)", ours["available_bytes"], theirs["available"], BETWEEN, "B")
    verdict(f"memory free, {what} (free)", ours["free_bytes"], theirs["free"], 2 * BETWEEN, "B")
    verdict(f"memory cached, {what} (free)", ours["cached_bytes"], theirs["cache"], BETWEEN, "B")
    verdict(f"memory shared, {what} (free)", ours["shared_bytes"], theirs["shared"], BETWEEN, "B")
    verdict(f"swap total, {what} (free)", ours["swap_total_bytes"], theirs["swap_total"], 0, "B")
    verdict(f"swap used, {what} (free)", ours["swap_used_bytes"], theirs["swap_used"], BETWEEN, "B")
    return ours, theirs


def test_as_it_is(need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("free")
    compared("as it is", verdict)


@pytest.mark.long
def test_after_allocating_a_gibibyte(need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("free")
    before = snapshot()["memory"]["used_bytes"]
    with mmap.mmap(-1, GIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as block:
        for page in range(0, GIB, mmap.PAGESIZE):
            block[page] = 1
        ours, _ = compared("1 GiB allocated", verdict)
    verdict("memory used, growth by 1 GiB", ours["used_bytes"] - before, GIB, 2 * BETWEEN, "B")


@pytest.mark.long
def test_a_file_that_was_read_is_cache_and_not_used(
    tmp_path: Path, need: Callable[..., None], verdict: Callable[..., None]
) -> None:
    need("free")
    before = snapshot()["memory"]
    with open(tmp_path / "file", "wb") as file:
        for _ in range(512):
            file.write(os.urandom(MIB))
        os.fsync(file.fileno())
    ours, _ = compared("512 MiB in the page cache", verdict)
    (tmp_path / "file").unlink()
    grown = ours["cached_bytes"] - before["cached_bytes"]
    verdict("cached, growth by a file of 512 MiB", grown, 512 * MIB, 2 * BETWEEN, "B")
    verdict("used, growth by a file of 512 MiB", ours["used_bytes"] - before["used_bytes"], 0, 2 * BETWEEN, "B")


@pytest.mark.long
def test_a_file_in_tmpfs_is_shared_and_used(need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("free")
    folder = Path("/dev/shm")
    if not os.access(folder, os.W_OK):
        pytest.skip("/dev/shm cannot be written")
    os.sync()
    before = snapshot()["memory"]
    path = folder / f"nodetop-verify-{os.getpid()}"
    try:
        path.write_bytes(bytes(256 * MIB))
        ours, _ = compared("256 MiB in tmpfs", verdict)
    finally:
        path.unlink(missing_ok=True)
    verdict("shared, growth by 256 MiB", ours["shared_bytes"] - before["shared_bytes"], 256 * MIB, BETWEEN, "B")
    verdict("used, growth by 256 MiB", ours["used_bytes"] - before["used_bytes"], 256 * MIB, 3 * BETWEEN, "B")
