"""What the other tools show, computed from the same fields: by hand here, and as those tools say it on this machine."""

import os
import shutil
import subprocess

import psutil
import pytest

from nodetop.explanations.registry import Explained, explained
from nodetop.model.cgroups import CgroupLimits
from nodetop.model.snapshot import (
    CoreMetrics,
    CpuMetrics,
    DiskMetrics,
    FilesystemMetrics,
    MemoryMetrics,
    NetworkMetrics,
    NodeSnapshot,
    ProcessMetrics,
    ProcessSummary,
)

GIB = 2**30
SNAPSHOT = NodeSnapshot(
    node="n", taken_at=1000.0, interval=2.0,
    cpu=CpuMetrics(
        user_percent=40.0, nice_percent=2.0, system_percent=10.0, irq_percent=1.0, steal_percent=3.0,
        iowait_percent=4.0, guest_percent=15.0, busy_percent=56.0, load_1m=6.0,
        cores=(CoreMetrics(index=0, busy_percent=56.0), CoreMetrics(index=1, busy_percent=56.0)),
    ),
    memory=MemoryMetrics(
        total_bytes=64 * GIB, used_bytes=24 * GIB, available_bytes=40 * GIB, free_bytes=10 * GIB, buffers_bytes=GIB,
        cached_bytes=30 * GIB, shared_bytes=4 * GIB, used_percent=37.5, swap_total_bytes=8 * GIB,
        swap_used_bytes=2 * GIB, swap_in_bytes_per_second=2048.0,
    ),
    filesystems=(
        FilesystemMetrics(
            device="/dev/sda1", mount_point="/", fs_type="ext4", total_bytes=100 * GIB, used_bytes=60 * GIB,
            available_bytes=35 * GIB, used_percent=100 * 60 / 95, inodes_used_percent=3.2,
        ),
    ),
    disks=(DiskMetrics(device="sda", read_bytes_per_second=2.0**20, utilisation_percent=25.0, queue_depth=1.5),),
    networks=(
        NetworkMetrics(interface="eth0", receive_bytes_per_second=1e6),
        NetworkMetrics(interface="br0", kind="bridge", in_total=False, receive_bytes_per_second=1e6),
        NetworkMetrics(interface="lo", kind="loopback", in_total=False, receive_bytes_per_second=5e5),
    ),
    limits=CgroupLimits(
        group="/", cpu_limit_cores=2.0, cpu_used_cores=1.5, cpu_used_percent=75.0, memory_limit_bytes=8 * GIB,
        memory_high_bytes=4 * GIB, memory_used_bytes=GIB, memory_used_percent=25.0,
    ),
    processes=ProcessSummary(rows=(
        ProcessMetrics(
            pid=7, name="p", cpu_percent=150.0, cpu_seconds=30.0, started_at=900.0, resident_bytes=16 * GIB,
            memory_percent=25.0,
        ),
    )),
)  # fmt: skip


def find(snapshot: NodeSnapshot, panel: str, name: str, subject: str | None = None) -> Explained:
    for each in explained(snapshot):
        if (each.panel, each.entry.name) == (panel, name) and subject in (None, each.subject.name):
            return each
    raise AssertionError(f"no {name} of {panel}")


def elsewhere(each: Explained, tool: str) -> float | None:
    other = next(other for other in each.entry.others if tool in other.tools)
    return each.entry.calculated(each.subject, other.formula)


@pytest.mark.parametrize(
    ("panel", "name", "tool", "value"),
    [
        ("cpu", "busy", "htop", 56.0),
        ("cpu", "busy", "sar", 60.0),
        ("cpu", "user", "vmstat", 42.0),
        ("cpu", "user", "mpstat", 25.0),
        ("cpu", "system", "vmstat", 11.0),
        ("cpu", "load 1m", "per CPU", 3.0),
        ("memory", "used", "free, top", 24.0 * GIB),
        ("memory", "used", "htop", (64 - 10 - 1 - 30 + 4) * GIB),
        ("memory", "used", "procps 4", 23.0 * GIB),
        ("memory", "used %", "htop", 100 * 27 / 64),
        ("memory", "cache", "buff/cache", 31.0 * GIB),
        ("memory", "cache", "htop", 26.0 * GIB),
        ("memory", "swap in", "vmstat", 2.0),
        ("disks", "used %", "df", 64),
        ("disks", "used %", "btop", 65.0),
        ("disks", "used", "btop", 65.0 * GIB),
        ("disks", "inodes used", "df -i", 4),
        ("disks", "busy", "iostat", 25.0),
        ("network", "receive", "htop", 2e6),
        ("network", "receive", "bottom", 2.5e6),
        ("processes", "CPU %", "btop", 75.0),
        ("processes", "CPU %", "ps", 30.0),
        ("processes", "MEM %", "htop", 25.0),
        ("cpu", "limit used", "docker stats", 150.0),
        ("memory", "limit used", "docker stats", 25.0),
    ],
)
def test_what_others_show(panel: str, name: str, tool: str, value: float) -> None:
    assert elsewhere(find(SNAPSHOT, panel, name), tool) == pytest.approx(value)


def formulas_hold(snapshot: NodeSnapshot) -> int:
    """How many formulas gave the value that they explain; those of what is not known are not counted."""
    checked = 0
    for each in explained(snapshot):
        value = each.entry.values(each.subject)[0].value
        if each.entry.formula and isinstance(value, (int, float)):
            found = each.entry.calculated(each.subject, each.entry.formula)
            # ZFS' cache apart, memory is exact; shares are clamped where a counter ran back by a tick.
            assert found == pytest.approx(value, rel=0.02, abs=0.01), each.key
            checked += 1
    return checked


def test_formulas_give_the_value_they_explain(here: NodeSnapshot) -> None:
    assert formulas_hold(SNAPSHOT) > 25
    assert formulas_hold(here) > 15


def test_what_they_show_of_one_disk_and_one_interface() -> None:
    assert elsewhere(find(SNAPSHOT, "disks", "read", "sda"), "iostat") == pytest.approx(1024)
    assert elsewhere(find(SNAPSHOT, "disks", "queue", "sda"), "iostat") == pytest.approx(1.5)
    assert elsewhere(find(SNAPSHOT, "network", "receive", "eth0"), "nload") == pytest.approx(8e6)


@pytest.mark.live
def test_what_free_shows_here(here: NodeSnapshot) -> None:
    if shutil.which("free") is None:
        pytest.skip("free is not installed")
    told = subprocess.run(
        ["free", "-bw"], capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}
    )
    _, total, used, free, shared, buffers, cache, available = told.stdout.splitlines()[1].split()
    near = 64 * 2**20
    for name, tool, value in (
        ("total", "free", total), ("free", "free", free), ("shared", "free", shared), ("buffers", "free", buffers),
        ("cache", "free -w", cache), ("available", "free", available), ("used", "free", used),
    ):  # fmt: skip
        found = elsewhere(find(here, "memory", name), tool)
        if name == "used" and abs(int(used) - (int(total) - int(available))) > near:  # free before procps 4
            found = elsewhere(find(here, "memory", name), "procps 4")
        assert found == pytest.approx(int(value), abs=near), name


@pytest.mark.live
def test_what_df_shows_here(here: NodeSnapshot) -> None:
    if shutil.which("df") is None:
        pytest.skip("df is not installed")
    told = subprocess.run(["df", "--output=pcent,used,avail", "-B1", "/"], capture_output=True, text=True, check=True)
    percent, used, available = told.stdout.splitlines()[1].split()
    near = 256 * 2**20
    assert elsewhere(find(here, "disks", "used %", "/"), "df") == pytest.approx(int(percent.rstrip("%")), abs=1)
    assert elsewhere(find(here, "disks", "used", "/"), "df") == pytest.approx(int(used), abs=near)
    assert elsewhere(find(here, "disks", "available", "/"), "df") == pytest.approx(int(available), abs=near)


@pytest.mark.live
def test_what_psutil_shows_here(here: NodeSnapshot) -> None:
    memory, near = psutil.virtual_memory(), 64 * 2**20
    assert elsewhere(find(here, "memory", "available"), "free") == pytest.approx(memory.available, abs=near)
    used = elsewhere(find(here, "memory", "used"), "psutil")
    if psutil.version_info >= (7, 1):
        assert used == pytest.approx(memory.used, abs=near)
    usage = psutil.disk_usage("/")
    assert elsewhere(find(here, "disks", "used %", "/"), "psutil") == pytest.approx(usage.percent, abs=0.6)
    own = next(row for row in (here.processes.rows if here.processes else ()) if row.pid == os.getpid())
    share = next(each for each in explained(here, own.pid) if each.entry.name == "MEM %")
    assert elsewhere(share, "htop") == pytest.approx(psutil.Process().memory_percent(), rel=0.05)
