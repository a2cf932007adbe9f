"""What each kind of machine's sensors are read as."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model import wire
from nodetop.model.snapshot import SensorReading
from nodetop.probes.base.probe import Unavailable
from nodetop.probes.host_files import HostFiles
from nodetop.probes.temperature.probe import SECONDS, WITHOUT_SENSORS_SECONDS, TemperatureProbe
from nodetop.probes.temperature.sensor_kinds import cpu_celsius, is_cpu_label, kind_of, true_celsius, true_limit
from tests.probes.temperature.more_machines import MORE_MACHINES
from tests.probes.temperature.sensor_boards import MACHINES
from tests.probes.temperature.sensor_machines import Machine
from tests.probes.tree import Tree


@pytest.mark.parametrize(
    "machine", [each for each in [*MACHINES, *MORE_MACHINES] if each.expected], ids=lambda each: each.name
)
def test_a_machine_is_read_as_its_documents_say(machine: Machine, tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    machine.write(tree)
    probe = TemperatureProbe(tree.files)
    found = probe.derive(None, probe.read(), None)
    told = [
        (each.chip, each.label, each.celsius, each.high_celsius, each.critical_celsius, each.kind)
        for each in found.sensors
    ]
    assert told == machine.expected, machine.why
    assert found.cpu_celsius == machine.cpu, machine.why
    assert probe.core_celsius == machine.cores


def test_a_machine_without_sensors_is_asked_less_often_until_it_has_one(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    probe = TemperatureProbe(tree.files)
    assert probe.slow_seconds == SECONDS
    with pytest.raises(Unavailable):
        probe.read()
    assert probe.slow_seconds == WITHOUT_SENSORS_SECONDS
    tree.write_all("/sys/class/hwmon/hwmon0", name="drivetemp", temp1_input="30000")
    assert [each.celsius for each in probe.read()] == [30.0]
    assert probe.slow_seconds == SECONDS


@pytest.mark.parametrize("machine", [each for each in MACHINES if not each.expected], ids=lambda each: each.name)
def test_no_sensors_is_an_answer(machine: Machine, tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    machine.write(tree)
    with pytest.raises(Unavailable, match="no temperature sensors"):
        TemperatureProbe(tree.files).read()


def test_a_core_that_goes_and_comes_back_is_found_again(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    machine = next(each for each in MACHINES if each.name == "an Intel desktop")
    machine.write(tree)
    tree.write("/sys/devices/system/cpu/online", "0-3\n")
    probe = TemperatureProbe(tree.files)
    probe.read()
    assert probe.core_celsius == machine.cores
    tree.write("/sys/devices/system/cpu/online", "0-2\n")
    tree.remove("/sys/devices/system/cpu/cpu3/topology")
    probe.read()
    assert probe.core_celsius == {0: 54.0, 1: 56.0, 2: 54.0}


def test_names_of_chips_and_sensors_are_made_safe(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write_all("/sys/class/hwmon/hwmon0", name="x\x1b]52;c;x\x07", temp1_input="40000", temp1_label="[red]\x9b2J")
    (found,) = TemperatureProbe(tree.files).read()
    assert not any(character < " " or "\x7f" <= character < "\xa0" for character in found.chip + found.label)


@pytest.mark.parametrize(
    ("chip", "kind"),
    [
        ("coretemp", "cpu"), ("zenpower", "cpu"), ("cpu0-thermal", "cpu"), ("cpu-0-0-thermal", "cpu"),
        ("soc_thermal", "cpu"), ("TCPU", "cpu"), ("nouveau", "gpu"), ("gpu_thermal", "gpu"), ("nvme", "disk"),
        ("drivetemp", "disk"), ("cpul_thermal_zone", "cpu"), ("ap-cpu0-thermal", "cpu"), ("cpu_hwmon", "cpu"),
        ("cpu_vrm", "other"), ("mtktsgpu", "gpu"),
        ("nct6775", "other"), ("iwlwifi_1", "other"), ("", "other"), ("ddr_thermal", "other"),
    ],
)  # fmt: skip
def test_kinds(chip: str, kind: str) -> None:
    assert kind_of(chip) == kind


@given(
    st.lists(st.tuples(st.sampled_from(["Tdie", "Tctl", "Tccd1", "Core 1", "Package id 0", "x"]), st.floats(1, 140)))
)
def test_the_quoted_one_is_one_of_the_cpus(told: list[tuple[str, float]]) -> None:
    sensors = [SensorReading(chip="k10temp", label=label, celsius=value, kind="cpu") for label, value in told]
    quoted = cpu_celsius(sensors)
    assert (quoted in [value for _, value in told]) if told else quoted is None


def test_limits_that_a_controller_shows_as_readings_are_not_the_cpus_temperature() -> None:
    labels = {"Die": 55.0, "DTS": 54.0, "Tcontrol": 90.0, "Tthrottle": 95.0, "Tjmax": 100.0, "Core 0": 56.0}
    sensors = [
        SensorReading(chip="peci_cputemp.cpu0", label=label, celsius=value, kind="cpu")
        for label, value in labels.items()
    ]
    assert cpu_celsius(sensors) == 55.0


def test_sensors_of_one_label_are_told_apart(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    inputs = {f"temp{number}_input": "40000" for number in (1, 2, 3)}
    tree.write_all(
        "/sys/class/hwmon/hwmon0",
        name="dell_smm",
        temp1_label="CPU",
        temp2_label="Ambient",
        temp3_label="Ambient",
        **inputs,
    )
    assert [sensor.label for sensor in TemperatureProbe(tree.files).read()] == ["CPU", "Ambient", "Ambient 2"]


def test_a_number_without_end_costs_only_its_own_sensor(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write_all("/sys/class/hwmon/hwmon0", name="x", temp1_input="9" * 400, temp2_input="40000", temp2_max="9" * 400)
    (found,) = TemperatureProbe(tree.files).read()
    assert (found.label, found.celsius, found.high_celsius) == ("temp2", 40.0, None)


@given(st.integers(-(2**40), 2**40))
def test_what_cannot_be_true_is_not_told(millidegrees: int) -> None:
    value = millidegrees / 1000
    assert true_celsius(value) is None or 0 < value < 150
    assert true_limit(value) is None or 40 < value < 200
    assert true_celsius(None) is true_limit(None) is None


def test_this_machine_can_be_asked() -> None:
    probe = TemperatureProbe(HostFiles())
    try:
        found = probe.derive(None, probe.read(), None)
    except Unavailable:
        return
    assert wire.encode(found)


@pytest.mark.parametrize(
    ("label", "is_of_the_cpu"),
    [
        ("Chip 0 Core 4", True), ("CPU_TEMP", True), ("CPU Package", True), ("SoC", True), ("Tdie", True),
        ("CPU VRM", False), ("CPU Fan", False), ("near CPU", False), ("CPUTIN", False), ("DIMM 0", False), ("", False),
        ("SoC Temperature", True), ("PECI Agent 0", True), ("TSI0_TEMP", True), ("SoC VRD Temperature", False),
    ],
)  # fmt: skip
def test_labels_of_chips_that_measure_many_things(label: str, is_of_the_cpu: bool) -> None:
    assert is_cpu_label(label) == is_of_the_cpu
