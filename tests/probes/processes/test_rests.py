"""A reading of processes in parts, for a program with a CPU quota."""

import subprocess
from pathlib import Path

import pytest

from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.identity import Identity, IdentityRequest, Key
from nodetop.probes.processes.list import ProcessList
from nodetop.probes.processes.probe import ProcessesProbe
from tests.probes.base.counter import until
from tests.probes.processes.process_tree import ProcessTree


@pytest.mark.skipif(not HostFiles().live, reason="/proc is not that of these processes")
def test_all_clocks_are_read_before_the_first_rest() -> None:
    ended, calls = subprocess.Popen(["sleep", "99"]), list[str]()

    def rest() -> None:
        calls.append("rest")
        if "clocks" in calls:
            ended.kill()
            ended.wait()

    probe = ProcessesProbe(HostFiles(), rest=rest)
    probe.after_clocks = lambda: calls.append("clocks")
    probe.prepare()
    del calls[:]
    records = probe.read().records
    probe.close()
    assert calls[:2] == ["clocks", "rest"]
    assert ended.pid not in records, "its files were to be read after the rest"


def test_processes_are_listed_in_parts(tmp_path: Path) -> None:
    rests = list[int]()
    for pid in range(1, 601):
        (tmp_path / str(pid)).mkdir()
    (tmp_path / "uptime").touch()
    listed = ProcessList(HostFiles(proc=str(tmp_path)), lambda: rests.append(1)).pids(())
    assert sorted(listed) == list(range(1, 601)) and len(rests) == 2


def test_processes_that_start_after_the_listing_are_new_in_the_next_reading(tmp_path: Path) -> None:
    tree = ProcessTree(tmp_path, uptime=100.0)
    tree.put(7, start=50)
    probe = ProcessesProbe(tree.files)
    probe.prepare()
    tree.put(8, start=102 * 100, ticks=(10, 0))
    tree.at(103.0)
    first = probe.read()
    tree.at(105.0)
    second = probe.read()
    probe.close()
    assert first.uptime_seconds == 100.0 and list(first.records) == [7]
    shares = {row.pid: row.cpu_percent for row in probe.derive(first, second, 5.0).rows}
    assert shares == {7: 0.0, 8: 2.0}, "all its CPU time is of this interval"


def test_identities_are_asked_for_in_parts(tmp_path: Path) -> None:
    tree, asked = ProcessTree(tmp_path), list[int]()
    for pid in range(1, 101):
        tree.put(pid, cmdline=b"program\0%d\0" % pid)
    probe = ProcessesProbe(tree.files, rest=lambda: None)
    read = probe._identities.read

    def counted(wanted: list[IdentityRequest], wait_seconds: float) -> dict[Key, Identity]:
        asked.append(len(wanted))
        return read(wanted, wait_seconds)

    probe._identities.read = counted  # type: ignore[method-assign]
    probe.read()
    first = list(asked)
    until(lambda: len({row.idle_row.command for row in probe.read().records.values()} - {""}) == 100)
    probe.close()
    assert first == [32, 32, 32, 4]


def test_the_rate_of_io_is_over_the_time_between_its_own_readings(tmp_path: Path) -> None:
    tree, now = ProcessTree(tmp_path), 100.0
    probe = ProcessesProbe(tree.files, monotonic=lambda: now)
    probe.after_clocks = lambda: delay()
    readings = []
    for ticks, later in ((1, 0.0), (2, 0.0), (3, 0.5)):
        tree.put(7, ticks=(ticks, 0), io=(ticks * 1000, 0))

        def delay(later: float = later) -> None:
            nonlocal now
            now += later

        readings.append(probe.read())
    probe.close()
    (row,) = probe.derive(readings[1], readings[2], 2.0).rows
    assert row.read_bytes_per_second == 1000 / 2.5
