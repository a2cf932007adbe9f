"""Direct I/O on a disk, and finding the disk of a folder."""

import os
from pathlib import Path

import pytest

from tests.verify.watching import run

FILE_BYTES = 256 * 2**20


def device_of(folder: Path) -> str:
    """The whole disk that a folder lies on. Skips where there is none (overlay, tmpfs)."""
    number = os.stat(folder).st_dev
    path = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    if not path.exists():
        pytest.skip(f"{folder} does not lie on a disk")
    resolved = path.resolve()
    return (resolved.parent if (resolved / "partition").exists() else resolved).name


def lay_out(target: Path) -> None:
    """A file with all its blocks, so that none is looked for while it is measured."""
    run("dd", "if=/dev/zero", f"of={target}", "bs=1M", f"count={FILE_BYTES >> 20}", "conv=fsync", "status=none")


def fio(target: Path, kind: str, seconds: int, *, jobs: int = 4) -> tuple[str, ...]:
    """A steady load of several threads past the page cache, at a rate that most disks can hold."""
    sequential = kind in ("read", "write")
    return (
        "fio", "--name=verify", f"--filename={target}", f"--rw={kind}", f"--bs={'128k' if sequential else '16k'}",
        "--direct=1", f"--size={FILE_BYTES}", f"--rate={'15m' if sequential else '8m'}", "--time_based",
        f"--runtime={seconds}", "--ioengine=psync", f"--numjobs={jobs}", "--thread",
    )  # fmt: skip
