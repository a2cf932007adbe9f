"""Control groups of pods with processes in them, for benchmarks. For control groups of version 1; needs root."""

import contextlib
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

from extra_processes import IDLE, killed_at_the_end

GROUPS = Path("/sys/fs/cgroup")
CONTROLLERS = ("cpu", "cpuacct", "memory", "pids", "blkio")
NOBODY = 65_534


def folders(name: str) -> list[Path]:
    return [GROUPS / controller / name for controller in CONTROLLERS if (GROUPS / controller).is_dir()]


@contextlib.contextmanager
def groups(names: list[str]) -> Iterator[None]:
    """Control groups, made in this order and removed in the other."""
    made: list[Path] = []
    try:
        for name in names:
            for folder in folders(name):
                folder.mkdir()
                made.append(folder)
        yield
    finally:
        for folder in reversed(made):
            folder.rmdir()


def pods(count: int) -> tuple[list[str], list[str]]:
    """The names of all groups of so many pods, and those of their containers: two in each."""
    names, containers = ["kubepods", "kubepods/burstable"], []
    for _ in range(count):
        pod = f"kubepods/burstable/pod{uuid.uuid4()}"
        inside = [f"{pod}/{uuid.uuid4().hex}{uuid.uuid4().hex}" for _ in range(2)]
        names += [pod, *inside]
        containers += inside
    return names, containers


@contextlib.contextmanager
def running(count: int, active: int, containers: list[str], wake_seconds: float = 1.0) -> Iterator[None]:
    """So many processes, spread over the containers, of another user; `active` of them wake every so often."""
    waking = ["tail", "---disable-inotify", "-s", f"{wake_seconds:g}", "-f", "/dev/null"]
    started: list[subprocess.Popen[bytes]] = []
    with killed_at_the_end(started):
        for number in range(count):
            command = waking if number < active else IDLE
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, user=NOBODY)
            started.append(process)
            for folder in folders(containers[number % len(containers)]):
                (folder / "cgroup.procs").write_text(str(process.pid))
        yield
