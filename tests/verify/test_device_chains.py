"""What is below each file system and mounted on each disk, against lsblk and findmnt: those of this machine, and a file
system on two loop devices joined by device mapper, or on one where the kernel has no device mapper. It is mounted in a
mount namespace of its own."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.verify.device_chains import (
    OF_A_CHAIN,
    OF_THE_TREE,
    all_devices,
    compare_chain,
    mounts_below,
    with_partitions,
)
from tests.verify.verdict import Notes
from tests.verify.watching import ready, reason, run, snapshot

MIB = 2**20
SECTORS = 32 * MIB // 512


@pytest.mark.long
def test_chains_of_this_machine(need: Callable[..., None], verdict: Notes) -> None:
    need("lsblk", "findmnt")
    for each in snapshot()["filesystems"]:
        source = run("findmnt", "-n", "-v", "-o", "SOURCE", each["mount_point"]).split()[0]
        if Path(source).is_block_device():
            compare_chain(each["mount_point"], each, json.loads(run(*OF_A_CHAIN, source)), verdict)


@pytest.mark.long
def test_mount_points_of_disks(need: Callable[..., None], verdict: Notes) -> None:
    need("lsblk")
    found = snapshot()
    rows = {each["mount_point"] for each in found["filesystems"]}
    theirs = all_devices(json.loads(run(*OF_THE_TREE)))
    for name, each in with_partitions(found["disks"]).items():
        if name in theirs:
            # lsblk names each mount of a device, nodetop one for each file system.
            ours, places = set(each["mount_points"]), mounts_below(theirs[name]) & rows
            words = ", ".join(sorted(places)) or "nothing"
            verdict(f"{name}: mounted on it, {words} (lsblk)", len(ours & places), len(places), 0)
            verdict(f"{name}: mount points that lsblk does not name", len(ours - places), 0, 0)


def made(*command: str) -> str:
    """Output of a command; skips where it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"{command[0]} cannot do this here (needs root): {reason(done.stderr)}")
    return done.stdout.strip()


@pytest.fixture
def stacked(tmp_path: Path, need: Callable[..., None]) -> Iterator[str]:
    """The path of a device mapper device on two loop devices, or of the first of them."""
    need("losetup", "mkfs.ext4")
    with ExitStack() as stack:
        loops = []
        for name in ("first", "second"):
            with open(tmp_path / name, "wb") as image:
                os.truncate(image.fileno(), 32 * MIB)
            loops.append(made("losetup", "--find", "--show", str(tmp_path / name)))
            stack.callback(subprocess.run, ["losetup", "-d", loops[-1]], check=False)
        mapping = f"nodetop-verify-{os.getpid()}"
        table = f"0 {SECTORS} linear {loops[0]} 0\n{SECTORS} {SECTORS} linear {loops[1]} 0"
        done = subprocess.run(["dmsetup", "create", mapping, "--table", table], capture_output=True, check=False)
        if done.returncode == 0:
            stack.callback(subprocess.run, ["dmsetup", "remove", mapping], check=False)
        yield loops[0] if done.returncode else f"/dev/mapper/{mapping}"


@pytest.mark.long
def test_a_file_system_on_stacked_devices(
    stacked: str, tmp_path: Path, need: Callable[..., None], verdict: Notes
) -> None:
    need("lsblk", "unshare", "nsenter", "dmsetup")
    made("mkfs.ext4", "-q", "-F", stacked)
    place = tmp_path / "place"
    place.mkdir()
    script = 'mount "$1" "$2" && echo ready && exec sleep 600'
    with ready("unshare", "--mount", "sh", "-c", script, "sh", stacked, str(place)) as holder:
        inside = ("nsenter", "-t", str(holder.pid), "-m")
        found: dict[str, Any] = snapshot(prefix=inside)
        told = json.loads(run(*inside, *OF_A_CHAIN, stacked))
        (filesystem,) = (each for each in found["filesystems"] if each["mount_point"] == str(place))
        compare_chain("a file system on stacked devices", filesystem, told, verdict)
