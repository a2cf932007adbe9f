"""The CPUs of a machine: which there are, how busy, how fast."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model.snapshot import CpuMetrics
from nodetop.probes.cpu.cpu_list import parse_cpu_list
from nodetop.probes.cpu.frequency import CpuFrequency
from nodetop.probes.cpu.model import cpu_architecture, cpu_mhz, cpu_model, parse_cpuinfo
from nodetop.probes.cpu.probe import CpuProbe, parse_load
from nodetop.probes.host_files import HostFiles
from tests.probes.tree import Tree


class Machine(Tree):
    def cpus(self, *busy: int | None, ticks: int = 100) -> None:
        """How many of the ticks since the start each CPU was busy; None: it is offline."""
        lines = [
            f"cpu{number} {user} 0 0 {ticks - user} 0 0 0 0 0 0\n"
            for number, user in enumerate(busy)
            if user is not None
        ]
        known = [user for user in busy if user is not None]
        self.write(
            "/proc/stat", f"cpu  {sum(known)} 0 0 {ticks * len(known) - sum(known)} 0 0 0 0 0 0\n{''.join(lines)}"
        )
        online = ",".join(str(number) for number, user in enumerate(busy) if user is not None)
        self.write("/sys/devices/system/cpu/online", f"{online}\n")
        self.write("/sys/devices/system/cpu/present", f"0-{len(busy) - 1}\n")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def two(machine: Machine, first: tuple[int | None, ...], second: tuple[int | None, ...]) -> CpuMetrics:
    """What is said after two readings, 100 ticks apart."""
    probe = CpuProbe(machine.files)
    machine.cpus(*first, ticks=100)
    before = probe.read()
    machine.cpus(*second, ticks=200)
    return probe.derive(before, probe.read(), 1.0)


def test_each_and_all(machine: Machine) -> None:
    found = two(machine, (10, 20), (60, 20))
    assert [core.busy_percent for core in found.cores] == [50, 0]
    assert found.busy_percent == 25


def test_the_first_sample_has_no_shares(machine: Machine) -> None:
    machine.cpus(10, 20)
    probe = CpuProbe(machine.files)
    found = probe.derive(None, probe.read(), None)
    assert found.busy_percent is None
    assert [(core.index, core.online, core.busy_percent) for core in found.cores] == [(0, True, None), (1, True, None)]


def test_after_a_sleep_there_are_none_either(machine: Machine) -> None:
    machine.cpus(10)
    probe = CpuProbe(machine.files)
    before = probe.read()
    machine.cpus(60, ticks=200)
    assert probe.derive(before, probe.read(), None).busy_percent is None


def test_a_cpu_that_goes_offline_and_one_that_comes(machine: Machine) -> None:
    found = two(machine, (10, 10, None), (20, None, 30))
    assert [(core.index, core.online, core.busy_percent) for core in found.cores] == [
        (0, True, 10),
        (1, False, None),
        (2, True, None),
    ]


@pytest.mark.parametrize("count", [1, 8, 256])
def test_any_number_of_cpus(machine: Machine, count: int) -> None:
    found = two(machine, (0,) * count, (50,) * count)
    assert [core.index for core in found.cores] == list(range(count))
    assert {core.busy_percent for core in found.cores} == {50}


def test_inside_a_container_the_hosts_cpus_are_not_offline(machine: Machine) -> None:
    machine.cpus(1, 1)
    machine.write("/sys/devices/system/cpu/online", "0-63\n")
    machine.write("/sys/devices/system/cpu/present", "0-63\n")
    probe = CpuProbe(machine.files)
    assert len(probe.derive(None, probe.read(), None).cores) == 2


def test_frequency_is_the_mean_of_what_each_core_runs_at(machine: Machine) -> None:
    machine.cpus(1, 1)
    for number, kilohertz in enumerate((800_000, 3_400_000)):
        machine.write(f"/sys/devices/system/cpu/cpu{number}/cpufreq/scaling_cur_freq", f"{kilohertz}\n")
    probe = CpuProbe(machine.files, frequency=CpuFrequency(machine.files, budget_seconds=60))
    found = probe.derive(None, probe.read(), None)
    assert found.frequency_mhz == 2100
    assert [core.frequency_mhz for core in found.cores] == [800, 3400]


def test_a_slow_driver_is_asked_for_one_core_at_a_time(machine: Machine) -> None:
    for number in range(4):
        machine.write(f"/sys/devices/system/cpu/cpu{number}/cpufreq/scaling_cur_freq", "1000000\n")
    frequency = CpuFrequency(machine.files, budget_seconds=-1)
    assert frequency.read(range(4)) == ((0, 1000.0),)
    assert frequency.read(range(4)) == ((0, 1000.0), (1, 1000.0))
    frequency.read(range(4))
    assert [core for core, _ in frequency.read(range(4))] == [0, 1, 2, 3]


def test_without_cpufreq_the_nominal_clock_is_told(machine: Machine) -> None:
    machine.cpus(1)
    machine.write("/proc/cpuinfo", "processor\t: 0\nmodel name\t: Some  CPU @ 2.5GHz\ncpu MHz\t\t: 2494.140\n")
    probe = CpuProbe(machine.files)
    found = probe.derive(None, probe.read(), None)
    assert (found.model, found.frequency_mhz) == ("Some CPU @ 2.5GHz", 2494.14)


def test_temperatures_of_cores_are_those_last_read(machine: Machine) -> None:
    machine.cpus(1, 1)
    probe = CpuProbe(machine.files, core_celsius=lambda: {1: 55.0})
    assert [core.celsius for core in probe.derive(None, probe.read(), None).cores] == [None, 55.0]


def test_load_and_pressure(machine: Machine) -> None:
    machine.cpus(1)
    machine.write("/proc/loadavg", "0.42 1.31 2.20 1/123 4567\n")
    machine.write("/proc/pressure/cpu", "some avg10=1.50 avg60=0.25 avg300=0.05 total=123\n")
    probe = CpuProbe(machine.files)
    found = probe.derive(None, probe.read(), None)
    assert (found.load_1m, found.load_5m, found.load_15m) == (0.42, 1.31, 2.2)
    assert found.pressure is not None
    assert (found.pressure.some_10s_percent, found.pressure.full_10s_percent) == (1.5, None)
    assert found.io_pressure is None


def test_without_proc_stat_it_fails_and_says_so(machine: Machine) -> None:
    with pytest.raises(FileNotFoundError):
        CpuProbe(machine.files).read()


@pytest.mark.parametrize("line", [None, "", "1 2", "a b c", "nan 1 1 1/1 1", "-1 0 0", "inf 1 1"])
def test_no_load(line: str | None) -> None:
    assert parse_load(line) is None


@pytest.mark.parametrize(
    ("text", "cpus"),
    [
        ("0", (0,)), ("0-3\n", (0, 1, 2, 3)), ("0-1,8,10-11", (0, 1, 8, 10, 11)), ("", ()), (None, ()), ("x", ()),
        ("0-", ()), ("-3", ()), ("0-99999999", ()), ("9" * 5000, ()), ("3-1", ()),
    ],
)  # fmt: skip
def test_lists_of_cpus(text: str | None, cpus: tuple[int, ...]) -> None:
    assert parse_cpu_list(text) == cpus


@given(st.text(alphabet="0123456789-, \nx", max_size=60))
def test_a_list_is_ascending_or_none(text: str) -> None:
    found = parse_cpu_list(text)
    assert list(found) == sorted(set(found))


PI = "processor\t: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd03\n\n"
BIG = "processor\t: 4\nCPU implementer\t: 0x41\nCPU part\t: 0xd0b\n"


@pytest.mark.parametrize(
    ("text", "model", "architecture"),
    [
        ("model name\t: AMD EPYC\nflags\t: fpu lm sse\n", "AMD EPYC", "x86_64"),
        ("model name\t: Pentium III\nflags\t: fpu sse\n", "Pentium III", "i686"),
        (PI, "Cortex-A53", "aarch64"),
        (PI + BIG, "Cortex-A53 + Cortex-A76", "aarch64"),
        ("CPU implementer\t: 0x41\nCPU architecture: 7\nCPU part\t: 0xc07\n", "Cortex-A7", "armv7l"),
        ("isa\t: rv64imafdc\nuarch\t: sifive,u74-mc\n", "sifive,u74-mc", "riscv64"),
        ("cpu\t\t: POWER9, altivec supported\n", "POWER9, altivec supported", None),
        ("model name\t: unknown\nflags\t: fpu lm\n", None, "x86_64"),  # gVisor
        ("", None, None),
    ],
)
def test_what_the_processor_is_called(text: str, model: str | None, architecture: str | None, tmp_path: Path) -> None:
    info = parse_cpuinfo(text)
    assert cpu_model(HostFiles(proc=str(tmp_path)), info) == model
    assert cpu_architecture(info) == architecture


@pytest.mark.parametrize(
    ("text", "mhz"), [("2494.140", 2494.14), ("0", None), ("x", None), ("inf", None), ("nan", None)]
)
def test_nominal_clock(text: str, mhz: float | None) -> None:
    assert cpu_mhz([("cpu MHz", text)]) == mhz
