"""nodetop in a control group made for it, with a load beside it: what the kernel is told to limit is what is shown."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path("/sys/fs/cgroup")
CORES = 0.4
MEMORY = 300 * 2**20
HEAVY_V1, HEAVY_V2 = {"cpu.shares": "100000"}, {"cpu.weight": "10000"}
"""Before all others on the machine, so that it is the quota alone which holds the group back."""
LOAD = "block = bytearray(50 << 20)\nwhile True: pass"


@contextlib.contextmanager
def limited() -> Iterator[list[Path]]:
    """New groups of this machine, limited; the folders of one for each tree that there is. Skips where none may be."""
    name = f"nodetop-test-{os.getpid()}"
    made: list[Path] = []
    try:
        try:
            if (ROOT / "cgroup.controllers").exists():
                made.append(
                    _made(ROOT / name, {**HEAVY_V2, "cpu.max": f"{CORES * 1e5:.0f} 100000", "memory.max": str(MEMORY)})
                )
            else:
                quota = {**HEAVY_V1, "cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": f"{CORES * 1e5:.0f}"}
                made.append(_made(ROOT / "cpu" / name, quota))
                if not (ROOT / "cpu" / name / "cpuacct.usage").exists():
                    made.append(_made(ROOT / "cpuacct" / name, {}))
                made.append(_made(ROOT / "memory" / name, {"memory.limit_in_bytes": str(MEMORY)}))
        except OSError as error:
            pytest.skip(f"no limited control group can be made here: {error}")
        yield made
    finally:
        for folder in made:
            folder.rmdir()


def _made(folder: Path, limits: dict[str, str]) -> Path:
    folder.mkdir()
    try:
        for file, value in limits.items():
            (folder / file).write_text(value)
    except OSError:
        folder.rmdir()
        raise
    return folder


@pytest.mark.live
def test_the_limits_their_use_and_the_throttling_of_a_real_group() -> None:
    with limited() as folders:

        def join() -> None:
            for folder in folders:
                (folder / "cgroup.procs").write_text(str(os.getpid()))

        load = subprocess.Popen([sys.executable, "-c", LOAD], preexec_fn=join)
        try:
            told = subprocess.run(
                [sys.executable, "-m", "nodetop", "--json", "--interval", "1", "--count", "2"],
                preexec_fn=join, capture_output=True, text=True, timeout=50, check=True,
            )  # fmt: skip
        finally:
            load.kill()
            load.wait()
    limits = json.loads(told.stdout.splitlines()[-1])["limits"]
    assert limits["cpu_limit_cores"] == pytest.approx(CORES)
    assert 60 < limits["cpu_used_percent"] < 130  # a loop that never ends takes all of it, rounded to whole periods
    assert 10 < limits["cpu_throttled_percent"] <= 100
    assert limits["cpu_throttled_seconds_per_second"] > 0
    assert limits["memory_limit_bytes"] == MEMORY
    assert 20 * 2**20 < limits["memory_used_bytes"] < MEMORY
    assert limits["memory_used_percent"] == pytest.approx(100 * limits["memory_used_bytes"] / MEMORY)
    assert limits["oom_kills"] == 0
