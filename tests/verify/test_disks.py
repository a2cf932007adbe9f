"""Disks against iostat and psutil under direct I/O, on the disk of the test's folder, and on loop and dm devices made
for the test. Both sides count the same seconds except for a few hundredths: 3 % are allowed for amounts. For times, 10
% (and the tool's rounding) are allowed, because a single slow request weighs more there."""

import json
import os
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.verify.disk_load import FILE_BYTES, device_of, fio, lay_out
from tests.verify.verdict import Notes
from tests.verify.watching import Beside, beside, elapsed, load, reason, snapshot, weighted

SECONDS = 8
KINDS = ("read", "write", "randread", "randwrite", "randrw")
SIDES = {"read": "r", "write": "w"}


def iostat(text: str, device: str) -> dict[str, float]:
    """The one report, of all the seconds."""
    (report,) = json.loads(text)["sysstat"]["hosts"][0]["statistics"]
    found: dict[str, float] = next(row for row in report["disk"] if row["disk_device"] == device)
    return found


def measured(counted: Callable[[], Any] = lambda: None) -> Beside:
    return beside(SECONDS, "iostat", "-x", "-y", "-k", "-d", "-o", "JSON", str(SECONDS), "1", counted=counted)


def mine(both: Beside, device: str, name: str) -> float | None:
    return both.over_time("disks", lambda each: of(each["disks"], device)[name])


def of(disks: list[dict[str, Any]], device: str) -> dict[str, Any]:
    return next(disk for disk in disks if disk["device"] == device)


def await_ms(both: Beside, device: str, side: str) -> float | None:
    """The mean wait of a request: each second's by how many there were in it."""
    rows = [(of(each["disks"], device), elapsed(each, "disks")) for each in both.ours]
    return weighted(
        [(disk[f"{side}_await_ms"], (disk[f"{side}s_per_second"] or 0) * interval) for disk, interval in rows]
    )


def compared(what: str, kind: str, device: str, note: Notes) -> None:
    both = measured(lambda: psutil.disk_io_counters(perdisk=True)[device])
    theirs = iostat(both.text, device)
    seconds = both.seconds("disks")
    for side in [side for side in SIDES if kind.endswith("rw") or side in kind]:
        letter, rate = SIDES[side], mine(both, device, f"{side}_bytes_per_second")
        counted = (getattr(both.after, f"{side}_bytes") - getattr(both.before, f"{side}_bytes")) / seconds
        note(f"{side} bytes/s, {what} (iostat)", rate, 1024 * theirs[f"{letter}kB/s"], 2**16, "B", relative=0.03)
        note(f"{side} bytes/s, {what} (psutil)", rate, counted, 2**16, "B", relative=0.03)
        operations = mine(both, device, f"{side}s_per_second")
        note(f"{side}s/s, {what} (iostat)", operations, theirs[f"{letter}/s"], 2, relative=0.03)
        waited = await_ms(both, device, side)
        note(f"{side} await, {what} (iostat)", waited, theirs[f"{letter}_await"], 0.01, "ms", relative=0.1)
    note(f"busy time, {what} (iostat)", mine(both, device, "utilisation_percent"), theirs["util"], 1, "%")
    note(f"queue, {what} (iostat)", mine(both, device, "queue_depth"), theirs["aqu-sz"], 0.02, relative=0.1)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_disk(kind: str, tmp_path: Path, need: Any, verdict: Notes) -> None:
    need("fio", "iostat")
    device = device_of(tmp_path)
    lay_out(tmp_path / "file")

    def measure(note: Notes) -> None:
        with load(*fio(tmp_path / "file", kind, 4 * SECONDS)):
            compared(f"{kind} {device}", kind, device, note)

    verdict.settled(measure)


@pytest.fixture
def loop(tmp_path: Path, need: Any) -> Iterator[str]:
    """A loop device on a file, with direct I/O and a partition: its path."""
    need("losetup", "fio", "iostat")
    lay_out(tmp_path / "image")
    with open(tmp_path / "image", "r+b") as image:  # a partition table of DOS: type, first sector, how many
        image.seek(446)
        image.write(struct.pack("<4xB3xII", 0x83, 2048, FILE_BYTES // 512 - 2048).ljust(64, b"\0") + b"\x55\xaa")
    command = ["losetup", "--find", "--show", "--partscan", "--direct-io=on", str(tmp_path / "image")]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no loop device can be made here (needs root): {reason(made.stderr)}")
    path = made.stdout.strip()
    try:
        yield path
    finally:
        subprocess.run(["losetup", "-d", path], check=False)


@pytest.mark.long
def test_a_loop_device_and_its_partition_are_not_counted_again(
    loop: str, tmp_path: Path, need: Any, verdict: Notes
) -> None:
    need("fio", "iostat")
    below, name = device_of(tmp_path), Path(loop).name
    partition = Path(f"{loop}p1")
    target = partition if partition.exists() else Path(loop)

    def measure(note: Notes) -> None:
        with load(*fio(target, "write", 4 * SECONDS), f"--size={FILE_BYTES // 2}"):
            both = measured()
        summed = both.over_time(
            "disks", lambda each: sum(disk["write_bytes_per_second"] for disk in each["disks"] if disk["in_total"])
        )
        assert iostat(both.text, name)["wkB/s"] > 1024, "there is load"
        disk = 1024 * iostat(both.text, below)["wkB/s"]
        what = f"bytes/s in all, written through {target.name} to {below} (iostat, {below} alone)"
        note(what, summed, disk, 2**16, "B", relative=0.03)
        listed = [disk["device"] for disk in both.ours[-1]["disks"] if disk["device"].startswith(name)]
        note("loop devices and partitions listed", len(listed), 0, 0)

    verdict.settled(measure)


@pytest.fixture
def dm_device(loop: str, need: Any) -> Iterator[str]:
    """A linear dm device on a loop device: its name in /proc/diskstats."""
    need("dmsetup")
    name = f"nodetop-verify-{os.getpid()}"
    table = f"0 {FILE_BYTES // 512} linear {loop} 0"
    made = subprocess.run(["dmsetup", "create", name, "--table", table], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no dm device can be made here: {reason(made.stderr)}")
    try:
        yield Path(f"/dev/mapper/{name}").resolve().name
    finally:
        subprocess.run(["dmsetup", "remove", name], capture_output=True)


@pytest.mark.long
def test_a_dm_device_is_shown_and_not_summed(dm_device: str, verdict: Notes) -> None:
    def measure(note: Notes) -> None:
        with load(*fio(Path("/dev") / dm_device, "randwrite", 4 * SECONDS)):
            compared(f"randwrite {dm_device}", "randwrite", dm_device, note)

    verdict.settled(measure)
    found = of(snapshot()["disks"], dm_device)
    verdict(f"{dm_device} counts in the total", float(found["in_total"]), 0, 0)


def test_every_whole_disk_of_the_kernel_is_there(verdict: Notes) -> None:
    found = snapshot()["disks"]
    wanted = {path.name for path in Path("/sys/block").iterdir() if (path / "device").exists()}
    wanted = {name for name in wanted if not name.startswith(("fd", "sr", "loop"))}
    verdict("whole disks listed (/sys/block)", len(wanted & {disk["device"] for disk in found}), len(wanted), 0)
    for name in sorted(wanted):
        sectors = int(Path(f"/sys/block/{name}/size").read_text())
        verdict(f"size of {name} (/sys/block)", of(found, name)["size_bytes"], 512 * sectors, 0, "B")
        for part in Path(f"/sys/block/{name}").glob(f"{name}*"):
            verdict(f"{part.name}, a partition, is listed", sum(disk["device"] == part.name for disk in found), 0, 0)
