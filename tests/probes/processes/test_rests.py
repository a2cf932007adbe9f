"""A reading of processes in parts, for a program with a CPU quota."""

import subprocess
from pathlib import Path

import pytest

from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.probe import ProcessesProbe
from tests.probes.processes.process_tree import ProcessTree


@pytest.mark.skipif(not HostFiles().live, reason="/proc is not that of these processes")
def test_all_clocks_are_read_before_the_first_rest() -> None:
    ended, calls = subprocess.Popen(["sleep", "99"]), list[str]()

    def rest() -> None:
        calls.append("rest")
        ended.kill()
        ended.wait()

    probe = ProcessesProbe(HostFiles(), rest=rest)
    probe.after_clocks = lambda: calls.append("clocks")
    records = probe.read().records
    probe.close()
    assert calls[:2] == ["clocks", "rest"]
    assert ended.pid not in records, "its files were to be read after the rest"


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
