"""Sensors inside a virtual machine, of a kernel's own drivers: an LM75 and an NVMe drive, as lm-sensors reads them."""

from typing import Any

from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine

CHIPS = {"lm75": "lm75", "nvme": "nvme0"}
"""nodetop's names by the first part of those of lm-sensors."""
FIELDS = {"celsius": "input", "high_celsius": "max", "critical_celsius": "crit"}


def readings(machine: Machine) -> dict[tuple[str, str], dict[str, float]]:
    """Of lm-sensors, by chip and label."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for chip, features in machine.json("sensors", "-j").items():
        for label, values in features.items():
            if isinstance(values, dict):
                name = CHIPS[chip.partition("-")[0]]
                found[name, label] = {key.partition("_")[2]: value for key, value in values.items()}
    return found


def test_what_lm_sensors_reads(machine: Machine, verdict: Notes) -> None:
    theirs = readings(machine)
    sensors: list[dict[str, Any]] = machine.snapshot()["temperature"]["sensors"]
    ours = {(each["chip"], each["label"]): each for each in sensors}
    verdict("sensors (sensors)", len(ours.keys() & theirs.keys()), len(theirs), 0)
    for (chip, label), told in theirs.items():
        found = ours[chip, label]
        for field, name in FIELDS.items():
            if name in told:
                what = field.removesuffix("_celsius").replace("celsius", "now")
                verdict(f"{chip} {label}: {what} (sensors)", found[field], told[name], 0.001, "°C")
            else:
                verdict(f"{chip} {label}: {name} is left out as sensors does", float(found[field] is None), 1, 0)
    verdict("the NVMe drive's sensor is that of a disk", float(ours["nvme0", "Composite"]["kind"] == "disk"), 1, 0)
