"""Clocks of cores: of all, of a part of many, and of those that tell."""

from pathlib import Path

import pytest

from nodetop.probes.cpu.frequency import CpuFrequency
from tests.probes.tree import Tree


class Cores(Tree):
    def at(self, *megahertz: int | str) -> None:
        for number, value in enumerate(megahertz):
            text = value if isinstance(value, str) else f"{value * 1000}"
            self.write(f"/sys/devices/system/cpu/cpu{number}/cpufreq/scaling_cur_freq", f"{text}\n")


@pytest.fixture
def cores(tmp_path: Path) -> Cores:
    return Cores(tmp_path)


def test_a_core_that_does_not_tell_costs_its_own_clock_only(cores: Cores) -> None:
    cores.at(1200, "<unknown>", 3000, 3600)
    frequency = CpuFrequency(cores.files, budget_seconds=60)
    assert frequency.read(range(5)) == ((0, 1200.0), (2, 3000.0), (3, 3600.0))
    cores.at(1200, 2000, 3000, "<unknown>")
    assert frequency.read(range(5)) == ((0, 1200.0), (1, 2000.0), (2, 3000.0))


@pytest.mark.parametrize("count", [33, 48, 64, 100, 255, 256])
def test_of_many_cores_those_read_are_from_all_over_the_machine(cores: Cores, count: int) -> None:
    cores.at(800, *[3500] * (count - 1))
    frequency = CpuFrequency(cores.files, budget_seconds=60)
    seen: set[int] = set()
    for _ in range(-(-count // 32)):
        found = dict(frequency.read(range(count)))
        assert len(found) == 32 and max(found) - min(found) > count // 2
        assert sum(found.values()) / len(found) > 3000
        seen |= found.keys()
    assert len(seen) == count, "each has its turn"


def test_a_core_that_goes_offline_is_no_longer_told(cores: Cores) -> None:
    cores.at(1000, 2000)
    frequency = CpuFrequency(cores.files, budget_seconds=-1)
    frequency.read((0, 1))
    assert frequency.read((1,)) == ((1, 2000.0),)


def test_a_machine_without_cpufreq_is_looked_at_again_now_and_then(cores: Cores) -> None:
    frequency = CpuFrequency(cores.files, budget_seconds=60)
    assert frequency.read(range(2)) == ()
    cores.at(1000, 1000)
    assert frequency.read(range(2)) == ()
    assert any(frequency.read(range(2)) for _ in range(40))
