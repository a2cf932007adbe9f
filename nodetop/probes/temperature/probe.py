"""Temperatures with their own limits. /sys/class/hwmon (kernel hwmon/sysfs-interface.rst), else thermal zones."""

from collections import Counter

from msgspec import Struct
from msgspec.structs import replace

from nodetop.base.lazy_regex import lazy_regex
from nodetop.base.text import clean
from nodetop.model.snapshot import SensorReading, TemperatureMetrics
from nodetop.probes.base.probe import Probe, Unavailable
from nodetop.probes.cpu.core_topology import CoreTopology, Die
from nodetop.probes.host_files import HostFiles
from nodetop.probes.temperature.sensor_kinds import (
    cpu_celsius,
    is_cpu_label,
    kind_of,
    may_be_the_die,
    true_celsius,
    true_limit,
)
from nodetop.probes.temperature.thermal_zones import thermal_zones

SECONDS, WITHOUT_SENSORS_SECONDS = 5.0, 60.0
"""Most virtual machines never have a sensor."""
_FOLDER = "/sys/class/hwmon"
_INPUT = lazy_regex(r"temp(\d{1,4})_input")
_CORE = lazy_regex(r"Core (\d{1,5})")
_CORETEMP = lazy_regex(r".*/coretemp\.(\d{1,4})")


class Chip(Struct, frozen=True, kw_only=True):
    """A folder of hwmon. `name` is the driver's name; `shown` is unique if a driver has several."""

    folder: str
    name: str
    shown: str


class TemperatureProbe(Probe):
    """Fills `temperature`. Some sensors take a second to answer, so this probe runs in a background thread."""

    name = "temperature"
    slow_seconds = SECONDS

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._topology = CoreTopology(files)
        self.core_celsius: dict[int, float] = {}
        """The last readings by logical CPU number; empty if the hardware reports only the whole processor."""

    def read(self) -> tuple[SensorReading, ...]:
        """Sensors in the kernel's order. Raises Unavailable if there are none."""
        chips = self._chips()
        sensors = {chip: self._sensors(chip) for chip in chips}
        found = [sensor for each in sensors.values() for sensor in each]
        self.core_celsius = {cpu: celsius for chip in chips for cpu, celsius in self._cores(chip, sensors[chip], chips)}
        if not _has_cpu(found):
            zones = thermal_zones(self._files, [chip.name for chip in chips])
            found = _with_cpu(found, zones)
        self.slow_seconds = SECONDS if chips or found else WITHOUT_SENSORS_SECONDS
        if not found:
            raise Unavailable("no temperature sensors")
        return tuple(found)

    def derive(self, previous: object, current: tuple[SensorReading, ...], elapsed: float | None) -> TemperatureMetrics:
        return TemperatureMetrics(cpu_celsius=cpu_celsius(current), sensors=current)

    def _chips(self) -> list[Chip]:
        names = [name for name in self._files.names(_FOLDER) if name.startswith("hwmon") and name[5:].isdecimal()]
        folders = [f"{_FOLDER}/{name}" for name in sorted(names, key=lambda name: int(name[5:]))]
        chips = [(folder, self._name(folder)) for folder in folders]
        several = Counter(name for _, name in chips)
        counted: Counter[str] = Counter()
        found = []
        for folder, name in chips:
            counted[name] += 1
            shown = self._drive(folder, name) or (f"{name} {counted[name]}" if several[name] > 1 else name)
            found.append(Chip(folder=folder, name=name, shown=shown))
        return found

    def _name(self, folder: str) -> str:
        # Old-style drivers have all their files, including the name, one folder deeper.
        names = (self._files.line(f"{place}/name") for place in (folder, f"{folder}/device"))
        return clean(next((name for name in names if name), "unknown"))

    def _drive(self, folder: str, chip: str) -> str | None:
        """The drive's name in /dev: nvme0, sda."""
        if chip == "nvme":
            name = (self._files.link(f"{folder}/device") or "").rpartition("/")[2]
            return clean(name) if name.startswith("nvme") else None
        if chip == "drivetemp":
            return next((clean(name) for name in self._files.names(f"{folder}/device/block")), None)
        return None

    def _sensors(self, chip: Chip) -> list[SensorReading]:
        if self._is_asleep(chip):
            return []
        # Old-style drivers have their files one folder deeper.
        for folder in (chip.folder, f"{chip.folder}/device"):
            numbers = sorted(int(name[1]) for name in map(_INPUT.fullmatch, self._files.names(folder)) if name)
            if numbers:
                sensors = [self._sensor(chip, folder, number) for number in numbers]
                return _with_distinct_labels([sensor for sensor in sensors if sensor is not None])
        return []

    def _is_asleep(self, chip: Chip) -> bool:
        """Whether reading would wake the device."""
        state = self._files.line(f"{chip.folder}/device/power_state")
        if state not in (None, "D0", "unknown"):
            return True
        is_gpu = kind_of(chip.name) == "gpu"
        return is_gpu and self._files.line(f"{chip.folder}/device/power/runtime_status") == "suspended"

    def _sensor(self, chip: Chip, folder: str, number: int) -> SensorReading | None:
        path = f"{folder}/temp{number}"
        celsius = true_celsius(self._files.celsius(f"{path}_input"))
        if celsius is None or self._files.number(f"{path}_fault") == 1:
            return None
        limits = [true_limit(self._files.celsius(f"{path}_{name}")) for name in ("max", "crit", "emergency")]
        return SensorReading(
            chip=chip.shown,
            label=clean(self._files.line(f"{path}_label") or f"temp{number}"),
            celsius=celsius,
            high_celsius=limits[0],
            critical_celsius=limits[1] if limits[1] is not None else limits[2],
            kind=kind_of(chip.name),
        )

    def _cores(self, chip: Chip, sensors: list[SensorReading], chips: list[Chip]) -> list[tuple[int, float]]:
        """Temperatures by CPU. Intel's driver has a device for each die, with a label for each core's number."""
        die = self._die(chip, chips)
        if die is None:
            return []
        return [
            (cpu, sensor.celsius)
            for sensor in sensors
            if sensor.celsius is not None and (core := _CORE.fullmatch(sensor.label))
            for cpu in self._topology.cpus(die, int(core[1]))
        ]

    def _die(self, chip: Chip, chips: list[Chip]) -> Die | None:
        """The die of a chip. The driver numbers dies from 0, but the hardware's numbers may have gaps; the order is the
        same."""
        number = self._coretemp_number(chip)
        if number is None:
            return None
        dies = self._topology.dies()
        numbers = sorted(found for each in chips if (found := self._coretemp_number(each)) is not None)
        place = numbers.index(number) if len(numbers) == len(dies) else number
        return dies[place] if place < len(dies) else None

    def _coretemp_number(self, chip: Chip) -> int | None:
        if chip.name != "coretemp":
            return None
        found = _CORETEMP.fullmatch(self._files.link(f"{chip.folder}/device") or "")
        return int(found[1]) if found else None


def _with_distinct_labels(sensors: list[SensorReading]) -> list[SensorReading]:
    """Some drivers give several inputs the same label (dell_smm: Ambient, Ambient). They get numbers."""
    seen: Counter[str] = Counter()
    found = []
    for sensor in sensors:
        seen[sensor.label] += 1
        number = seen[sensor.label]
        found.append(sensor if number == 1 else replace(sensor, label=f"{sensor.label[:248]} {number}"))
    return found


def _has_cpu(sensors: list[SensorReading]) -> bool:
    return any(sensor.kind == "cpu" for sensor in sensors)


def _with_cpu(hwmon: list[SensorReading], zones: list[SensorReading]) -> list[SensorReading]:
    """All sensors, with the CPU's marked if no chip's name says that it is one: the zone named after the CPU, else the
    sensor with a CPU label, else a zone whose name does not say anything else."""
    if _has_cpu(zones):
        return hwmon + zones
    labelled = [replace(each, kind="cpu") if _says_cpu(each) else each for each in hwmon]
    if _has_cpu(labelled):
        return labelled + zones
    return hwmon + [replace(each, kind="cpu") if _is_only_a_zone(each) else each for each in zones]


def _says_cpu(sensor: SensorReading) -> bool:
    return sensor.kind == "other" and is_cpu_label(sensor.label)


def _is_only_a_zone(zone: SensorReading) -> bool:
    return zone.kind == "other" and may_be_the_die(zone.chip)
