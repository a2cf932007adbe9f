"""Temperatures of kinds of machine as their drivers' documents say they are to be read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.probes.sensor_boards import MACHINES
from tests.probes.sensor_machines import Machine
from tests.probes.tree import Tree
from tests.verify.watching import snapshot

WITH_SENSORS = [each for each in MACHINES if each.expected]


@pytest.mark.parametrize(
    "machine",
    [WITH_SENSORS[0], *(pytest.param(each, marks=pytest.mark.long) for each in WITH_SENSORS[1:])],
    ids=lambda each: each.name,
)
def test_a_machine(machine: Machine, tmp_path: Path, verdict: Callable[..., None]) -> None:
    tree = Tree(tmp_path)
    machine.write(tree)
    tree.write("/proc/stat", "cpu  1 1 1 1 0 0 0 0 0 0\n" + "".join(f"cpu{n} 1 1 1 1 0 0 0 0 0 0\n" for n in range(4)))
    found = snapshot("--proc-root", str(tmp_path / "proc"), "--sys-root", str(tmp_path / "sys"))
    assert machine.cpu is not None
    verdict(f"CPU of {machine.name} (documents)", found["temperature"]["cpu_celsius"], machine.cpu, 0, "°C")
    verdict(f"sensors of {machine.name}", len(found["temperature"]["sensors"]), len(machine.expected), 0)
    hottest = max(each["celsius"] for each in found["temperature"]["sensors"])
    verdict(f"hottest sensor of {machine.name}", hottest, max(each[2] for each in machine.expected), 0, "°C")
    cores = {core["index"]: core["celsius"] for core in found["cpu"]["cores"] if core["celsius"] is not None}
    if machine.cores:
        verdict(f"cores of {machine.name} with a temperature", len(cores), len(machine.cores), 0)
    assert cores == machine.cores
