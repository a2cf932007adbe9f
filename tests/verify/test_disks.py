"""Disks against iostat under direct I/O, on the disk below the test's folder, and on loop and dm devices made for it.
Both sides count the same kernel counters; they start up to half a second apart, so the load is steady and is bounded
by fio."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.verify.watching import beside, load, mean, run

SECONDS = 8
RATE = "40m"
KINDS = ("read", "write", "randread", "randwrite")


def device_of(folder: Path) -> str:
    """The whole disk that a folder lies on. Skips where there is none (overlay, tmpfs)."""
    number = os.stat(folder).st_dev
    path = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    if not path.exists():
        pytest.skip(f"{folder} does not lie on a disk")
    resolved = path.resolve()
    return (resolved.parent if (resolved / "partition").exists() else resolved).name


def fio(target: Path, kind: str, *more: str) -> tuple[str, ...]:
    block = "128k" if kind in ("read", "write") else "16k"
    return (
        "fio", "--name=verify", f"--filename={target}", f"--rw={kind}", f"--bs={block}", "--direct=1", "--size=256m",
        f"--rate={RATE}", "--time_based", f"--runtime={4 * SECONDS}", "--ioengine=psync", *more,
    )  # fmt: skip


def iostat(text: str, device: str) -> dict[str, float]:
    """Means of iostat's reports but the first, which is of the time since boot."""
    reports = json.loads(text)["sysstat"]["hosts"][0]["statistics"][1:]
    rows = [row for report in reports for row in report["disk"] if row["disk_device"] == device]
    return {name: mean([row[name] for row in rows]) for name in rows[0] if name != "disk_device"}


def compared(what: str, device: str, verdict: Callable[..., None], *, read: bool) -> None:
    ours, text = beside(SECONDS, "iostat", "-x", "-k", "-d", "-o", "JSON", "1", str(SECONDS + 1))
    theirs = iostat(text, device)

    def mine(name: str) -> float:
        return mean([disk[name] for each in ours for disk in each["disks"] if disk["device"] == device])

    side, letter = ("read", "r") if read else ("write", "w")
    verdict(
        f"{side} bytes/s, {what} (iostat)", mine(f"{side}_bytes_per_second"), 1024 * theirs[f"{letter}kB/s"],
        2 * 2**20, "B", relative=0.05,
    )  # fmt: skip
    verdict(f"{side}s/s, {what} (iostat)", mine(f"{side}s_per_second"), theirs[f"{letter}/s"], 20, relative=0.05)
    verdict(
        f"{side} await, {what} (iostat)", mine(f"{side}_await_ms"), theirs[f"{letter}_await"], 0.5, "ms", relative=0.25
    )
    verdict(f"busy time, {what} (iostat)", mine("utilisation_percent"), theirs["util"], 6, "%", relative=0.1)
    verdict(f"queue, {what} (iostat)", mine("queue_depth"), theirs["aqu-sz"], 0.3, "", relative=0.25)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_disk(kind: str, tmp_path: Path, need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("fio", "iostat")
    device = device_of(tmp_path)
    target = tmp_path / "file"
    run(*fio(target, "write")[:4], "--bs=1m", "--size=256m")  # laid out before it is measured
    with load(*fio(target, kind)):
        compared(f"{kind} {device}", device, verdict, read="read" in kind)


@pytest.fixture
def dm_device(tmp_path: Path, need: Callable[..., None]) -> Iterator[str]:
    """A linear dm device upon a loop device upon a file: its name in /proc/diskstats."""
    need("losetup", "dmsetup", "fio", "iostat")
    image = tmp_path / "image"
    image.write_bytes(b"")
    os.truncate(image, 256 * 2**20)
    name = f"nodetop-verify-{os.getpid()}"
    try:
        loop = run("losetup", "--find", "--show", str(image)).strip()
    except AssertionError as error:
        pytest.skip(f"no loop device can be made here: {str(error)[:80]}")
    made = subprocess.run(
        ["dmsetup", "create", name, "--table", f"0 {256 * 2048} linear {loop} 0"], capture_output=True, text=True
    )
    try:
        if made.returncode:
            pytest.skip(f"no dm device can be made here: {made.stderr.strip()[:80]}")
        yield Path(f"/dev/mapper/{name}").resolve().name
    finally:
        subprocess.run(["dmsetup", "remove", name], capture_output=True)
        subprocess.run(["losetup", "-d", loop], check=False)


@pytest.mark.long
def test_a_dm_device_is_told_and_not_summed(dm_device: str, verdict: Callable[..., None]) -> None:
    with load(*fio(Path("/dev") / dm_device, "write")):
        compared(f"write {dm_device}", dm_device, verdict, read=False)
        ours, _ = beside(2, "true")
    found: dict[str, Any] = next(disk for disk in ours[-1]["disks"] if disk["device"] == dm_device)
    verdict(f"{dm_device} counts in the total", float(found["in_total"]), 0, 0)


def test_every_whole_disk_of_the_kernel_is_there(verdict: Callable[..., None]) -> None:
    ours, _ = beside(1, "true")
    named = {disk["device"] for disk in ours[0]["disks"]}
    wanted = {path.name for path in Path("/sys/block").iterdir() if (path / "device").exists()}
    wanted = {name for name in wanted if not name.startswith(("fd", "sr", "loop"))}
    verdict("whole disks listed (/sys/block)", len(wanted & named), len(wanted), 0)
