"""Temperatures of machines without a CPU sensor in hwmon: /sys/class/thermal (kernel
driver-api/thermal/sysfs-api.rst).

A zone's type says whether it is the CPU's. If no type says so, it is the zone for which the kernel slows the CPU down.
"""

from collections.abc import Collection

from nodetop.base.lazy_regex import lazy_regex
from nodetop.base.text import clean
from nodetop.model.snapshot import SensorReading
from nodetop.probes.host_files import HostFiles
from nodetop.probes.temperature.sensor_kinds import kind_of, may_be_the_die, normal, true_celsius, true_limit

_FOLDER = "/sys/class/thermal"
_COOLING = lazy_regex(r"cdev\d+")
_NO_SENSORS = ("int3400", "pmic_die", "thermal_fan_est")
"""Zones for fan policies, with a constant temperature."""


def thermal_zones(files: HostFiles, known: Collection[str]) -> list[SensorReading]:
    """A reading for each zone, without those that hwmon mirrors. `known` are the chips in hwmon."""
    mirrored = {normal(chip) for chip in known}
    names = [name for name in files.names(_FOLDER) if name.startswith("thermal_zone") and name[12:].isdecimal()]
    zones = []
    for name in sorted(names, key=lambda name: int(name[12:])):
        kind = clean(files.line(f"{_FOLDER}/{name}/type") or name)
        if normal(kind) not in mirrored and not normal(kind).startswith(_NO_SENSORS):
            zones += _zone(files, name, kind)
    return zones


def _zone(files: HostFiles, name: str, kind: str) -> list[SensorReading]:
    folder = f"{_FOLDER}/{name}"
    celsius = true_celsius(files.celsius(f"{folder}/temp"))
    if celsius is None:
        return []
    trips = _trips(files, folder)
    return [
        SensorReading(
            chip=kind,
            label=name,
            celsius=celsius,
            high_celsius=trips.get("hot"),
            critical_celsius=trips.get("critical"),
            kind="cpu" if kind_of(kind) == "other" and _slows_the_cpu(files, folder, kind) else kind_of(kind),
        )
    ]


def _slows_the_cpu(files: HostFiles, folder: str, kind: str) -> bool:
    if not may_be_the_die(kind):
        return False
    cools = (files.line(f"{folder}/{name}/type") or "" for name in files.names(folder) if _COOLING.fullmatch(name))
    return any("cpufreq" in each or each == "Processor" for each in cools)


def _trips(files: HostFiles, folder: str) -> dict[str, float]:
    """The lowest temperature of each kind of trip point."""
    found: dict[str, float] = {}
    for name in files.names(folder):
        if name.startswith("trip_point_") and name.endswith("_type"):
            kind, limit = files.line(f"{folder}/{name}"), true_limit(files.celsius(f"{folder}/{name[:-5]}_temp"))
            if kind is not None and limit is not None:
                found[kind] = min(limit, found.get(kind, limit))
    return found
