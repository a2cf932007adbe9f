"""A real control group of this machine, made for the test: its row has what the kernel's own files say."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from nodetop.model.snapshot import WorkloadMetrics
from nodetop.probes.host_files import HostFiles
from nodetop.probes.workloads.members import pids_in
from nodetop.probes.workloads.probe import WorkloadsProbe, WorkloadsReading
from tests.probes.cgroups.test_live import CORES, LOAD, MEMORY, limited


def watching(name: str) -> WorkloadsProbe:
    """A probe that reads this group each time, however many others there are."""
    probe = WorkloadsProbe(HostFiles())
    probe.watch_groups(frozenset({f"/{name}"}))
    return probe


def row_of(reading: WorkloadsReading, name: str) -> WorkloadMetrics:
    return next(record.row for record in reading.records.values() if record.row.name == name)


def microseconds(reading: WorkloadsReading, name: str) -> int:
    return next(each.counters.cpu_microseconds or 0 for each in reading.records.values() if each.row.name == name)


@pytest.mark.live
def test_a_real_group_with_a_load() -> None:
    with limited() as folders:
        name, waiting = folders[0].name, Event()

        def join() -> None:
            for folder in folders:
                (folder / "cgroup.procs").write_text(str(os.getpid()))

        load = subprocess.Popen([sys.executable, "-c", LOAD], preexec_fn=join)
        try:
            while microseconds(watching(name).read(), name) < 100_000:  # until it runs
                waiting.wait(0.02)
            probe = watching(name)
            began = microseconds(probe.read(), name)
            while microseconds(watching(name).read(), name) < began + 500_000:
                waiting.wait(0.02)
            row = row_of(probe.read(), name)
        finally:
            load.kill()
            load.wait()
    # A loop that never ends takes all of its quota, rounded to whole periods.
    assert row.cpu_percent is not None and 0.6 * CORES * 100 < row.cpu_percent < 1.4 * CORES * 100
    assert row.kind == "group" and row.is_inner
    assert row.cpu_limit_cores == pytest.approx(CORES)
    assert row.cpu_throttled_percent is not None and 10 < row.cpu_throttled_percent <= 100
    assert row.memory_limit_bytes == MEMORY
    assert row.memory_bytes is not None and 50 * 2**20 < row.memory_bytes < MEMORY
    assert row.memory_used_percent == pytest.approx(100 * row.memory_bytes / MEMORY)
    assert row.oom_kills == 0


@pytest.mark.live
def test_the_processes_of_a_real_group_and_of_those_inside_it() -> None:
    with limited() as folders:
        group, inside = f"/{folders[0].name}", folders[0] / "inner"
        inside.mkdir()
        waiting = [
            subprocess.Popen(["sleep", "100"], preexec_fn=partial(_join, where)) for where in (folders[0], inside)
        ]
        try:
            assert pids_in(HostFiles(), group) == {each.pid for each in waiting}
            assert pids_in(HostFiles(), f"{group}/inner") == {waiting[1].pid}
        finally:
            for each in waiting:
                each.kill()
                each.wait()
            inside.rmdir()
        assert pids_in(HostFiles(), group) == frozenset()
        for unknown in (f"{group}/ended", "", "/../..", f"{group}/../..", "relative"):
            assert pids_in(HostFiles(), unknown) is None, unknown


def _join(folder: Path) -> None:
    (folder / "cgroup.procs").write_text(str(os.getpid()))


@pytest.mark.live
def test_the_links_of_a_groups_folder_count_what_is_in_it() -> None:
    """The probe does not list a folder with two links."""
    root = Path("/sys/fs/cgroup")
    if not root.exists():
        pytest.skip("no control groups here")
    folders = [(folder, inside) for folder, inside, _ in os.walk(root) if folder != str(root)]
    for folder, inside in folders:
        links = os.stat(folder).st_nlink if Path(folder).exists() else 0
        assert links != 2 or not [name for name in inside if Path(folder, name).is_dir()], folder
