"""A reading of workloads in parts, for a program with a CPU quota."""

from pathlib import Path

from nodetop.probes.workloads.probe import WorkloadsProbe
from tests.probes.workloads.workload_hosts import many_units


def test_a_reading_in_parts_is_the_same_and_rests(tmp_path: Path) -> None:
    """An agent with a CPU quota must not use it up at once."""
    files = many_units(tmp_path).files
    rests: list[int] = []
    in_parts = WorkloadsProbe(files, monotonic=lambda: 1000.0, rest=lambda: rests.append(1)).read()
    assert in_parts == WorkloadsProbe(files, monotonic=lambda: 1000.0).read()
    assert len(rests) >= 3 and len(in_parts.records) == 70
