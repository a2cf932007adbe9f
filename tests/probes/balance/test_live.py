"""The balance with real processes that are too short to be seen in any list."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nodetop.model.snapshot import NodeSnapshot
from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.stat import TICKS_PER_SECOND, parse_stat
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler

pytestmark = pytest.mark.skipif(not HostFiles().live, reason="/proc is not that of this PID namespace")


def times(pid: int) -> tuple[float, float]:
    """CPU seconds of a process, and of its ended children."""
    stat = parse_stat(Path(f"/proc/{pid}/stat").read_bytes())
    assert stat is not None
    return stat.cpu_ticks / TICKS_PER_SECOND, stat.children_ticks / TICKS_PER_SECOND


@pytest.fixture
def loop() -> Iterator[int]:
    """The PID of a shell that starts short processes, one after the other."""
    with subprocess.Popen(["sh", "-c", "while :; do /bin/true; done"]) as shell:
        yield shell.pid
        shell.kill()


def cpu_seconds(snapshot: NodeSnapshot, name: str) -> float:
    """Percent of all CPUs in the interval, as seconds."""
    assert snapshot.balance is not None and snapshot.cpu is not None and snapshot.interval is not None
    cores = sum(core.online for core in snapshot.cpu.cores)
    percent: float = getattr(snapshot.balance, f"cpu_{name}_percent")
    return percent / 100 * snapshot.interval * cores


def test_a_loop_of_short_processes_is_in_the_balance_and_not_in_the_list(loop: int) -> None:
    files = HostFiles()
    with closing(Sampler(files, probes(files))) as sampler:
        sampler.sample()
        before, after = times(loop), (0.0, 0.0)
        while after[1] - before[1] < 0.25:
            after = times(loop)
        snapshot = sampler.sample()
    assert snapshot.balance is not None and snapshot.cpu is not None and snapshot.processes is not None
    parts = [
        getattr(snapshot.balance, f"cpu_{name}_percent") for name in ("listed", "ended", "kernel", "steal", "other")
    ]
    assert sum(parts) == pytest.approx(snapshot.cpu.busy_percent, abs=1e-6)
    # Ticks are charged to whoever runs when the clock ticks, so the busy time itself is exact only to some percent.
    assert cpu_seconds(snapshot, "ended") >= 0.6 * (after[1] - before[1])
    assert (snapshot.cpu.forks_per_second or 0.0) * (snapshot.interval or 0.0) > 50
    children = [row for row in snapshot.processes.rows if row.ppid == loop]
    assert sum((row.cpu_percent or 0.0) / 100 * (snapshot.interval or 0.0) for row in children) < 0.1
