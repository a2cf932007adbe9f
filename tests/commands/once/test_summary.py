"""The summary, from a recorded snapshot through the real command."""

import os
from pathlib import Path

import pytest

from nodetop.model.cgroups import CgroupLimits
from nodetop.model.snapshot import (
    CoreMetrics,
    CpuMetrics,
    DiskMetrics,
    FilesystemMetrics,
    HostInfo,
    MemoryMetrics,
    MonitorCost,
    NetworkMetrics,
    NodeSnapshot,
    Pressure,
    ProbeReport,
    ProcessMetrics,
    ProcessSummary,
    SensorReading,
    TemperatureMetrics,
)
from nodetop.recording.file import Recording
from tests.conftest import Nodetop
from tests.pty_terminal import Terminal

GIB = 1024**3
HOSTILE = "[bold]x[/bold]\x1b]52;c;aGk=\x07\n[@click=app.quit]"


def snapshot(**changes: object) -> NodeSnapshot:
    parts = {
        "node": "web1",
        "taken_at": 1_700_000_000.0,
        "interval": 2.0,
        "host": HostInfo(os="Debian 12", kernel="Linux 6.1.0", architecture="x86", uptime_seconds=93_784, cpu_count=4),
        "cpu": CpuMetrics(
            busy_percent=37.25,
            user_percent=24.0,
            cores=(CoreMetrics(index=0, busy_percent=45.0), CoreMetrics(index=1, online=False)),
            load_1m=1.5,
            load_5m=1.25,
            load_15m=0.5,
            model="Xeon",
            frequency_mhz=2900.0,
            pressure=Pressure(some_10s_percent=1.5, some_60s_percent=2.5),
        ),
        "memory": MemoryMetrics(
            total_bytes=64 * GIB, used_bytes=41 * GIB, available_bytes=23 * GIB, used_percent=92.0, swap_total_bytes=0
        ),
        "filesystems": (
            FilesystemMetrics(
                device="/dev/sda1", mount_point="/", fs_type="ext4", total_bytes=100 * GIB, used_bytes=95 * GIB,
                available_bytes=5 * GIB, used_percent=95.0,
            ),
            FilesystemMetrics(device="l", mount_point="/snap", fs_type="squashfs", used_percent=100.0, read_only=True),
        ),
        "disks": (DiskMetrics(device="sda", read_bytes_per_second=12 * 1024.0**2, utilisation_percent=18.0),),
        "networks": (NetworkMetrics(interface="eth0", state="up", speed_mbps=1000, receive_bytes_per_second=125e3),),
        "temperature": TemperatureMetrics(
            sensors=(SensorReading(chip="coretemp", label="Package id 0", celsius=101.0, high_celsius=100.0),)
        ),
        "processes": ProcessSummary(
            total=412,
            running=3,
            rows=(
                ProcessMetrics(pid=1, name="init", user="root", cpu_percent=0.5),
                ProcessMetrics(pid=42, command=HOSTILE, user="[red]", cpu_percent=200.0, cpu_seconds=83.2),
            ),
        ),
        "probes": (ProbeReport(name="networks", status="failed", reason="[b]no\x1b[31m such file"),),
    }  # fmt: skip
    return NodeSnapshot(**(parts | changes))  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Recording(tmp_path / "r") as recording:
        recording.add(snapshot())
    return tmp_path / "r"


def test_it_says_what_the_screen_says(nodetop: Nodetop, path: Path) -> None:
    lines = nodetop("--once", "--replay", path, env={**os.environ, "COLUMNS": "120", "TZ": "UTC"}).stdout.splitlines()
    assert lines[0] == "web1 · 2023-11-14 22:13:20 +0000"
    assert lines[1] == "Debian 12 · Linux 6.1.0 x86 · up 1d 2h"
    facts = [" ".join(line.split()) for line in lines]
    for fact in (
        "CPU 37.2% busy, 1 online at 2900 MHz, Xeon",
        "user 24.0%, nice –, system –, iowait –, irq –, steal –, guest –",
        "Load 1.50 1.25 0.50",
        "Cores 0: 45.0% 1: off",
        "CPU pressure some 1.5% / 2.5%, full – / – of the last 10 s / 60 s",
        "Memory ! 92.0% used: 41.0G of 64.0G, 23.0G available",
        "Swap none",
        "/ 100G 95.0G 5.0G ! 95.0% – ext4 /dev/sda1",
        "/snap – – – 100.0% – squashfs ro l",
        "sda 12.0M – – – – – – 18.0%",
        "eth0 up 122K – 1000 Mb/s – –",
        "coretemp Package id 0 ! 101°C 100°C –",
        "412 processes: 3 running",
    ):
        assert fact in facts
    rows = facts[facts.index("PID User CPU Mem RSS S Nice Thr Time Command") + 1 :]
    assert rows[0].startswith("42 [red] 200.0% – – ? – – 1:23.20 [bold]x[/bold]")
    assert rows[1].startswith("1 root 0.5%")


def test_outside_text_reaches_the_terminal_clean_and_unread(path: Path) -> None:
    with Terminal("--once", "--replay", path, columns=120) as terminal:
        assert terminal.wait_end() == 0
        assert "[bold]x[/bold]" in terminal.text
        assert "[b]no" in terminal.text
        assert b"\x1b]52" not in terminal.raw
        assert b"\x07" not in terminal.raw
        assert b"\x1b[1m" in terminal.raw  # heads are bold


def test_no_color_and_a_pipe_are_plain(nodetop: Nodetop, path: Path) -> None:
    assert "\x1b" not in nodetop("--once", "--replay", path).stdout
    with Terminal("--once", "--replay", path, env={"NO_COLOR": "1"}) as terminal:
        assert terminal.wait_end() == 0
        assert b"\x1b[31" not in terminal.raw
        assert b";31" not in terminal.raw


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(nodetop: Nodetop, path: Path, columns: int) -> None:
    done = nodetop("--once", "--replay", path, env={**os.environ, "COLUMNS": str(columns)})
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= columns


def test_units_follow_the_settings(nodetop: Nodetop, path: Path) -> None:
    done = nodetop("--once", "--replay", path, "--bits", "--fahrenheit", "--cpu-of-machine").stdout
    assert " 1.0M " in done
    assert "! 214°F" in done
    assert " 50.0%" in done


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "en_US.ISO-8859-1", "PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "C"}]
)
def test_ascii_has_nothing_else(nodetop: Nodetop, path: Path, env: dict[str, str]) -> None:
    assert nodetop("--once", "--replay", path, "--ascii").stdout.replace("\ufffd", "").isascii()
    done = nodetop("--once", "--replay", path, env={**os.environ, **env})
    assert (done.returncode, done.stderr) == (0, "")


def test_a_node_that_tells_nothing_is_no_error(nodetop: Nodetop, tmp_path: Path) -> None:
    with Recording(tmp_path / "r") as recording:
        recording.add(NodeSnapshot(node="\x1b[2J", taken_at=249e9))
        recording.add(NodeSnapshot(node="b", taken_at=5.0))
        recording.add(NodeSnapshot(node="b", taken_at=6.0))
    done = nodetop("--once", "--replay", tmp_path / "r", env={**os.environ, "TZ": "UTC"})
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "\u00b7[2J · 9860-06-30 10:40:00 +0000"
    assert "b · 1970-01-01 00:00:06 +0000" in done.stdout
    assert "00:00:05" not in done.stdout


def summary(tmp_path: Path, nodetop: Nodetop, shown: NodeSnapshot) -> list[str]:
    """The lines of a summary, blanks made one."""
    with Recording(tmp_path / f"r{shown.seq}") as recording:
        recording.add(shown)
    told = nodetop("--once", "--replay", tmp_path / f"r{shown.seq}", env={**os.environ, "COLUMNS": "120"})
    return [" ".join(line.split()) for line in told.stdout.splitlines()]


def test_limits_are_told_beside_what_they_limit(tmp_path: Path, nodetop: Nodetop) -> None:
    limits = CgroupLimits(
        group="/x", cpu_limit_cores=0.5, cpu_used_percent=83.0, cpu_throttled_percent=12.0, oom_kills=3,
        memory_limit_bytes=512 * 2**20, memory_used_bytes=328 * 2**20, memory_used_percent=64.0, pids_limit=100,
        pids_used=7,
    )  # fmt: skip
    lines = summary(tmp_path, nodetop, snapshot(limits=limits))
    assert "CPU limit 0.5 cores, 83.0% used, throttled in ! 12.0% of periods" in lines
    assert "Memory limit 64.0% used: 328M of 512M, 3 OOM kills" in lines
    assert "Process limit 7 of 100" in lines
    assert not any("limit" in line for line in summary(tmp_path, nodetop, snapshot(seq=1)))


def test_its_own_cost_and_what_is_late_are_told(tmp_path: Path, nodetop: Nodetop) -> None:
    cost = MonitorCost(cpu_percent=0.31, resident_bytes=41 * 2**20, sampling_seconds=0.012)
    reports = (ProbeReport(name="filesystems", status="stale", age_seconds=12.0, reason="the next reading hangs"),)
    silent = FilesystemMetrics(device="nas:/x", mount_point="/mnt/nas", fs_type="nfs4", remote=True)
    known = FilesystemMetrics(device="d", mount_point="/", fs_type="ext4", total_bytes=GIB)
    lines = summary(tmp_path, nodetop, snapshot(monitor=cost, probes=reports, filesystems=(known, silent)))
    assert "nodetop: 0.3% CPU, 41.0M, read in 12 ms" in lines
    assert "filesystems: stale, 12s old, the next reading hangs" in lines
    assert "filesystems: /mnt/nas does not answer" in lines


def test_what_a_probe_could_not_see_or_left_out_is_told(tmp_path: Path, nodetop: Nodetop) -> None:
    reports = (
        ProbeReport(name="processes", reason="only your own processes: /proc hides other users' (hidepid)"),
        ProbeReport(name="disks", reason="left out invalid values: disks[0].size_bytes Expected `int` >= 0"),
        ProbeReport(name="cpu"),
    )
    lines = summary(tmp_path, nodetop, snapshot(probes=reports))
    assert "processes: only your own processes: /proc hides other users' (hidepid)" in lines
    assert "disks: left out invalid values: disks[0].size_bytes Expected `int` >= 0" in lines
    assert not any(line.startswith("cpu:") for line in lines)
