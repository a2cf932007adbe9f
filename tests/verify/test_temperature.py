"""Temperatures: recorded machines of several kinds, whose correct values come from their drivers' documentation; and
lm-sensors and psutil for the same sensors, if this machine has some, and with /sys of those recorded machines. All read
the same files, so nothing may differ. On a live machine a sensor changes, so 3 degrees are allowed."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.probes.temperature.sensor_boards import MACHINES
from tests.probes.temperature.sensor_machines import Machine
from tests.probes.tree import Tree
from tests.verify.verdict import Notes
from tests.verify.watching import Snapshot, reason, run, snapshot

WITH_SENSORS = [each for each in MACHINES if each.expected]
WITH_CHIPS = [each for each in WITH_SENSORS if any(re.search(r"/hwmon\d+/temp\d+_input$", path) for path in each.files)]
LIVE_DEGREES = 3.0


def told(snapshot_: Snapshot) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = snapshot_["temperature"]["sensors"]
    return found


def written(machine: Machine, folder: Path) -> Snapshot:
    """Makes the machine's tree; what nodetop says of it."""
    tree = Tree(folder)
    machine.write(tree)
    tree.write("/proc/stat", "cpu  1 1 1 1 0 0 0 0 0 0\n" + "".join(f"cpu{n} 1 1 1 1 0 0 0 0 0 0\n" for n in range(4)))
    return snapshot("--proc-root", str(folder / "proc"), "--sys-root", str(folder / "sys"))


@pytest.mark.parametrize(
    "machine",
    [WITH_SENSORS[0], *(pytest.param(each, marks=pytest.mark.long) for each in WITH_SENSORS[1:])],
    ids=lambda each: each.name,
)
def test_a_machine(machine: Machine, tmp_path: Path, verdict: Notes) -> None:
    found = written(machine, tmp_path)
    assert machine.cpu is not None
    verdict(f"CPU of {machine.name} (documents)", found["temperature"]["cpu_celsius"], machine.cpu, 0, "°C")
    verdict(f"sensors of {machine.name}", len(told(found)), len(machine.expected), 0)
    hottest = max(each["celsius"] for each in told(found))
    verdict(f"hottest sensor of {machine.name}", hottest, max(each[2] for each in machine.expected), 0, "°C")
    fields = ("chip", "label", "celsius", "high_celsius", "critical_celsius", "kind")
    right = Counter(tuple(each[name] for name in fields) for each in told(found)) & Counter(machine.expected)
    verdict(f"sensors of {machine.name} with right limits and kinds", right.total(), len(machine.expected), 0)
    cores = {core["index"]: core["celsius"] for core in found["cpu"]["cores"] if core["celsius"] is not None}
    if machine.cores:
        verdict(f"cores of {machine.name} with a temperature", len(cores), len(machine.cores), 0)
    assert cores == machine.cores


def degrees(text: str) -> Counter[float]:
    """All temperatures in `sensors -j`, but for inputs that their chip says are broken."""
    parts: list[dict[str, float]] = []

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        parts.append(dict(pairs))  # also of chips of one name, of which a dictionary would keep the last
        return parts[-1]

    json.loads(text, object_pairs_hook=keep)
    return Counter(
        round(value, 3)
        for part in parts
        for name, value in part.items()
        if name.startswith("temp") and name.endswith("_input") and not part.get(name.replace("_input", "_fault"))
    )


PSUTIL = "import psutil; print([round(s.current, 3) for l in psutil.sensors_temperatures().values() for s in l])"


@pytest.mark.long
@pytest.mark.parametrize("machine", WITH_CHIPS, ids=lambda each: each.name)
def test_a_machine_as_lm_sensors_reads_it(machine: Machine, tmp_path: Path, need: Any, verdict: Notes) -> None:
    need("sensors", "unshare")
    found = written(machine, tmp_path)
    (tmp_path / "sys/devices").mkdir(exist_ok=True)
    aside = " && ".join(f'mount --bind "{tmp_path}/sys/{name}" /sys/{name}' for name in ("class", "devices"))

    def inside(command: str) -> str:
        """What it prints where /sys is that of the machine."""
        done = subprocess.run(["unshare", "-m", "sh", "-c", f"{aside} && {command}"], capture_output=True, text=True)
        if not done.stdout:
            pytest.skip(f"/sys cannot be put aside here (needs root): {reason(done.stderr)}")
        return done.stdout

    ours = Counter(each["celsius"] for each in told(found) if not each["label"].startswith("thermal_zone"))
    sensors = degrees(inside("sensors -j"))
    verdict(f"{machine.name}: degrees that lm-sensors reads too", (ours & sensors).total(), ours.total(), 0)
    # What is not shown: inputs with nothing on them, and chips that a question would wake.
    only = [value for value in (sensors - ours).elements() if 0 < value < 127]
    asleep = sum(path.endswith("power_state") and text.startswith("D3") for path, text in machine.files.items())
    verdict(f"{machine.name}: degrees that only lm-sensors shows, of chips asleep", len(only), asleep, 0)
    counted = Counter(json.loads(inside(f"{sys.executable} -c '{PSUTIL}'")))
    if counted:  # it does not look into device/
        verdict(f"{machine.name}: degrees that psutil reads too", (ours & counted).total(), ours.total(), 0)


@pytest.mark.long
def test_this_machines_own(need: Any, verdict: Notes) -> None:
    need("sensors")
    if not list(Path("/sys/class/hwmon").glob("hwmon*/**/temp*_input")):
        pytest.skip("this machine has no temperature sensors in hwmon")

    def measure(note: Notes) -> None:
        ours = sorted(each["celsius"] for each in told(snapshot()) if not each["label"].startswith("thermal_zone"))
        theirs = sorted(value for value in degrees(run("sensors", "-j")).elements() if 0 < value < 127)
        note("sensors with a temperature (lm-sensors)", len(ours), len(theirs), 0)
        for number, (mine, told_) in enumerate(zip(ours, theirs, strict=False), 1):
            note(f"sensor {number} by degrees (lm-sensors)", mine, told_, LIVE_DEGREES, "°C")

    verdict.settled(measure)
