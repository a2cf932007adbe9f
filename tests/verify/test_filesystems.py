"""File systems against df: those of this machine, and full, read-only and bound ones made for it."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.verify.watching import run, snapshot

MIB = 2**20


def df(*mount_points: str) -> dict[str, dict[str, int]]:
    """Sizes in bytes and shares in percent by mount point."""
    columns = ("size", "used", "avail", "pcent", "itotal", "ipcent")
    text = run("df", "-B1", "--output=" + ",".join(columns) + ",target", *mount_points)
    rows = (line.split(None, len(columns)) for line in text.splitlines()[1:])
    return {
        row[-1]: {name: int(value.rstrip("%").replace("-", "0")) for name, value in zip(columns, row[:-1], strict=True)}
        for row in rows
    }


def compared(found: dict[str, Any], what: str, verdict: Callable[..., None]) -> None:
    theirs = df(found["mount_point"])[found["mount_point"]]
    verdict(f"size of {what} (df)", found["total_bytes"], theirs["size"], 0, "B")
    verdict(f"used of {what} (df)", found["used_bytes"], theirs["used"], 64 * MIB, "B")
    verdict(f"available of {what} (df)", found["available_bytes"], theirs["avail"], 64 * MIB, "B")
    # df rounds up.
    verdict(f"use% of {what} (df)", found["used_percent"], theirs["pcent"] - 0.5, 0.51, "%")
    verdict(f"inodes of {what} (df)", found["inodes_total"] or 0, theirs["itotal"], 0)


def test_those_of_this_machine(need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("df")
    for found in snapshot()["filesystems"]:
        if found["total_bytes"] is not None:
            compared(found, found["mount_point"], verdict)


@pytest.fixture
def mounted(tmp_path: Path, need: Callable[..., None]) -> Iterator[Path]:
    """A small ext4 file system upon a loop device."""
    need("mkfs.ext4", "losetup", "df")
    image, place = tmp_path / "image", tmp_path / "place"
    place.mkdir()
    with open(image, "wb") as file:
        os.truncate(file.fileno(), 64 * MIB)
    run("mkfs.ext4", "-q", "-F", str(image))
    done = subprocess.run(["mount", "-o", "loop", image, place], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()[:80]}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-R", place], capture_output=True)


def of(place: Path, *arguments: str) -> list[dict[str, Any]]:
    return [each for each in snapshot(*arguments)["filesystems"] if each["mount_point"].startswith(str(place))]


@pytest.mark.long
def test_a_full_one(mounted: Path, verdict: Callable[..., None]) -> None:
    with open(mounted / "file", "wb", buffering=0) as file:
        try:
            while file.write(bytes(MIB)):
                pass
        except OSError:
            pass
    (found,) = of(mounted)
    compared(found, "a full ext4", verdict)
    verdict("use% of a full ext4", found["used_percent"], 100, 1, "%")


@pytest.mark.long
def test_one_without_inodes(mounted: Path, verdict: Callable[..., None]) -> None:
    try:
        for number in range(100_000):
            (mounted / f"file{number}").touch()
    except OSError:
        pass
    (found,) = of(mounted)
    verdict("inodes of one without a free one", found["inodes_used_percent"], 100, 0.1, "%")


@pytest.mark.long
def test_a_read_only_one_says_so(mounted: Path, verdict: Callable[..., None]) -> None:
    run("mount", "-o", "remount,ro", str(mounted))
    (found,) = of(mounted)
    verdict("read-only is told", float(found["read_only"]), 1, 0)


@pytest.mark.long
def test_a_bind_mount_is_not_counted_again(mounted: Path, verdict: Callable[..., None]) -> None:
    (mounted / "inner").mkdir()
    bound = mounted / "bound"
    bound.mkdir()
    run("mount", "--bind", str(mounted / "inner"), str(bound))
    verdict("rows of a file system that is bound twice", len(of(mounted)), 1, 0)
