"""Raw counters of this machine, and of one whose files are missing."""

import sys
from pathlib import Path

import pytest

from nodetop.model import wire
from nodetop.model.raw_counters import RawCounters
from nodetop.probes.counters.reader import read_counters
from nodetop.probes.host_files import HostFiles


def test_files_that_are_missing_are_left_out(tmp_path: Path) -> None:
    for name in ("proc", "sys"):
        (tmp_path / name).mkdir()
    counters = read_counters(HostFiles(str(tmp_path / "proc"), str(tmp_path / "sys"), str(tmp_path)))
    assert counters == RawCounters(ticks_per_second=counters.ticks_per_second)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_those_of_this_machine_are_within_the_bounds_of_the_model() -> None:
    counters = read_counters(HostFiles())
    assert counters.cpus
    assert counters.memory["MemTotal_bytes"] > 0
    assert wire.decode(wire.encode(counters), RawCounters) == counters
