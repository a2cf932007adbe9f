"""File systems against df: those of this machine, and full, read-only, bind-mounted and hanging ones made for the test.
df asks the kernel the same a moment later: file systems made for the test must not differ; on this machine's own, 64
MiB are allowed for what is written meanwhile. df rounds percentages up to whole ones; nodetop's are rounded the same
way here."""

import math
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.dead_fuse import dead_fuse
from tests.verify.verdict import Notes
from tests.verify.watching import Snapshot, Watch, reason, run, snapshot

MIB = 2**20
COLUMNS = ("size", "used", "avail", "pcent", "itotal", "ipcent")
OF_THE_KERNEL = ("tmpfs", "devtmpfs", "overlay", "squashfs", "efivarfs", "iso9660", "ramfs", "erofs", "fuse.lxcfs")
"""Types that df lists and nodetop does not, unless it is the root's."""
SYSTEM = ("/dev/", "/proc/", "/sys/", "/run/credentials/", "/var/lib/docker/", "/var/lib/containers/", "/etc/")


def df(*mount_points: str) -> dict[str, dict[str, int]]:
    """Sizes in bytes and shares in percent by mount point."""
    text = run("df", "-B1", "--output=" + ",".join(COLUMNS) + ",target", *mount_points)
    rows = (line.split(None, len(COLUMNS)) for line in text.splitlines()[1:])
    return {
        row[-1]: {name: int(value.rstrip("%").replace("-", "0")) for name, value in zip(COLUMNS, row[:-1], strict=True)}
        for row in rows
    }


def compared(found: dict[str, Any], what: str, note: Notes, allowed: float = 0) -> None:
    theirs = df(found["mount_point"])[found["mount_point"]]
    note(f"size of {what} (df)", found["total_bytes"], theirs["size"], 0, "B")
    note(f"used of {what} (df)", found["used_bytes"], theirs["used"], allowed, "B")
    note(f"available of {what} (df)", found["available_bytes"], theirs["avail"], allowed, "B")
    note(f"use% of {what} (df)", math.ceil(found["used_percent"]), theirs["pcent"], 0, "%")
    share = psutil.disk_usage(found["mount_point"]).percent
    note(f"use% of {what} (psutil)", found["used_percent"], share, 0.06, "%")
    note(f"inodes of {what} (df)", found["inodes_total"] or 0, theirs["itotal"], 0)
    note(f"inodes used of {what} (df)", math.ceil(found["inodes_used_percent"] or 0), theirs["ipcent"], 0, "%")


def test_file_systems_of_this_machine(need: Any, verdict: Notes) -> None:
    need("df")

    def measure(note: Notes) -> None:
        for found in snapshot()["filesystems"]:
            if found["total_bytes"] is not None and found["mount_point"] == "/":
                compared(found, found["mount_point"], note, 64 * MIB)

    verdict.settled(measure, tries=10)


@pytest.mark.long
def test_all_that_df_lists_are_there(need: Any, verdict: Notes) -> None:
    need("df")

    def measure(note: Notes) -> None:
        root = run("df", "--output=target", "/").splitlines()[1:]
        types = [word for kind in OF_THE_KERNEL for word in ("-x", kind)]
        listed = {*root, *run("df", "--output=target", *types).splitlines()[1:]}
        theirs = {place for place in listed if not place.startswith(SYSTEM)}
        ours = {found["mount_point"] for found in snapshot()["filesystems"] if found["total_bytes"] is not None}
        note("file systems, those of the kernel itself apart (df)", len(ours), len(theirs), 0)
        note("file systems that df lists too", len(ours & theirs), len(theirs), 0)

    verdict.settled(measure)


@pytest.fixture
def mounted(tmp_path: Path, need: Any) -> Iterator[Path]:
    """A small ext4 file system on a loop device."""
    need("mkfs.ext4", "losetup", "df")
    image, place = tmp_path / "image", tmp_path / "place"
    place.mkdir()
    with open(image, "wb") as file:
        os.truncate(file.fileno(), 64 * MIB)
    run("mkfs.ext4", "-q", "-F", str(image))
    done = subprocess.run(["mount", "-o", "loop", image, place], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here (needs root): {reason(done.stderr)}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-R", place], capture_output=True)


def below(place: Path, found: Snapshot) -> list[dict[str, Any]]:
    return [each for each in found["filesystems"] if each["mount_point"].startswith(str(place))]


@pytest.mark.long
def test_a_half_full_file_system(mounted: Path, verdict: Notes) -> None:
    (mounted / "file").write_bytes(os.urandom(20 * MIB))
    os.sync()
    (found,) = below(mounted, snapshot())
    compared(found, "a half full ext4", verdict)


@pytest.mark.long
def test_a_full_one(mounted: Path, verdict: Notes) -> None:
    with open(mounted / "file", "wb", buffering=0) as file:
        try:
            while file.write(bytes(MIB)):
                pass
        except OSError:
            pass
    os.sync()
    (found,) = below(mounted, snapshot())
    compared(found, "a full ext4", verdict)
    verdict("use% of a full ext4", found["used_percent"], 100, 0, "%")


@pytest.mark.long
def test_one_without_inodes(mounted: Path, verdict: Notes) -> None:
    try:
        for number in range(100_000):
            (mounted / f"file{number}").touch()
    except OSError:
        pass
    (found,) = below(mounted, snapshot())
    compared(found, "an ext4 without a free inode", verdict)
    verdict("inodes of one without a free one", found["inodes_used_percent"], 100, 0, "%")


@pytest.mark.long
def test_a_read_only_one_says_so(mounted: Path, verdict: Notes) -> None:
    (found,) = below(mounted, snapshot())
    verdict("read-only, before", float(found["read_only"]), 0, 0)
    run("mount", "-o", "remount,ro", str(mounted))
    (found,) = below(mounted, snapshot())
    verdict("read-only is reported", float(found["read_only"]), 1, 0)
    compared(found, "a read-only ext4", verdict)


@pytest.mark.long
def test_a_bind_mount_is_not_counted_again(mounted: Path, verdict: Notes) -> None:
    for name in ("inner", "bound"):
        (mounted / name).mkdir()
    run("mount", "--bind", str(mounted / "inner"), str(mounted / "bound"))
    rows = below(mounted, snapshot())
    verdict("rows of a file system mounted twice (df)", len(rows), sum(
        place.startswith(str(mounted)) for place in df()
    ), 0)  # fmt: skip
    assert rows[0]["mount_point"] == str(mounted)


@pytest.mark.long
def test_what_lies_below_another_mount_has_no_line(mounted: Path, verdict: Notes) -> None:
    run("mount", "-t", "tmpfs", "-o", "size=8m", "over", str(mounted))
    try:
        verdict("rows of one that another covers (df)", len(below(mounted, snapshot())), 0, 0)
        (found,) = below(mounted, snapshot("--all-filesystems"))
        compared(found, "the tmpfs above it", verdict)
    finally:
        run("umount", str(mounted))


@pytest.mark.long
def test_one_that_hangs_delays_nobody(mounted: Path, tmp_path: Path, verdict: Notes) -> None:
    (mounted / "file").write_bytes(os.urandom(5 * MIB))
    os.sync()
    with dead_fuse(tmp_path / "dead") as dead, Watch(interval=0.5) as watch:
        seen = [watch.next() for _ in range(5)]
        (beside,) = below(mounted, seen[-1])
        compared(beside, "one beside a FUSE mount that hangs", verdict)
    lines = [each for found in seen for each in found["filesystems"] if each["mount_point"] == str(dead)]
    verdict("snapshots with a row for a hanging FUSE mount", len(lines), len(seen), 0)
    verdict("sizes that it reports", sum(each["total_bytes"] is not None for each in lines), 0, 0)
    spent = sum(each["interval"] for each in seen) / len(seen)
    verdict("mean seconds between snapshots every 0.5 s", spent, 0.5, 0.2, "s")
