"""Temperatures with their own limits. /sys/class/hwmon; /sys/class/thermal where hwmon knows no CPU."""

import re

from msgspec import Struct

from nodetop.model import SensorReading, TemperatureMetrics
from nodetop.probes.host_files import HostFiles
from nodetop.probes.probe import Unavailable
from nodetop.text import clean

_CPU_CHIPS = re.compile(
    r"coretemp|k10temp|zenpower|via_cputemp|scpi_sensors|x86_pkg_temp|.*cpu.*thermal|cpu.*|soc.?thermal"
)
_GPU_CHIPS = frozenset({"amdgpu", "radeon", "nouveau", "i915", "xe"})
_DISK_CHIPS = frozenset({"nvme", "drivetemp"})
_LIMIT_NONSENSE = frozenset({0.0, 127.0})


class TemperatureReading(Struct, frozen=True, kw_only=True):
    """Sensors as read, in the order found."""

    sensors: tuple[SensorReading, ...]


class TemperatureProbe:
    """All sensors. Some take a second to answer, so it reads in a lane of its own."""

    name = "temperature"
    slow_seconds = 5.0

    def __init__(self, files: HostFiles) -> None:
        self._files = files

    def read(self) -> TemperatureReading:
        """Raises Unavailable where there is no sensor."""
        sensors = [sensor for folder in self._folders() for sensor in self._chip(folder)]
        if not any(sensor.kind == "cpu" for sensor in sensors):
            known = {sensor.chip for sensor in sensors}
            sensors += [zone for zone in self._zones() if zone.chip not in known]
        if not sensors:
            raise Unavailable("no temperature sensors")
        return TemperatureReading(sensors=tuple(sensors))

    def derive(
        self, previous: TemperatureReading | None, current: TemperatureReading, elapsed: float | None
    ) -> TemperatureMetrics:
        return TemperatureMetrics(cpu_celsius=cpu_celsius(current.sensors), sensors=current.sensors)

    def _folders(self) -> list[str]:
        found = []
        for name in self._files.names("/sys/class/hwmon"):
            folder = f"/sys/class/hwmon/{name}"
            # Some old drivers keep their files one folder deeper.
            found.append(folder if self._files.exists(f"{folder}/name") else f"{folder}/device")
        return found

    def _chip(self, folder: str) -> list[SensorReading]:
        chip = clean(self._files.line(f"{folder}/name") or "unknown")
        if self._files.line(f"{folder}/device/power_state") not in (None, "D0", "unknown"):
            return []  # asking would wake the device
        numbers = sorted(int(n[4:-6]) for n in self._files.names(folder) if re.fullmatch(r"temp\d+_input", n))
        return [sensor for number in numbers if (sensor := self._sensor(f"{folder}/temp{number}", chip, number))]

    def _sensor(self, path: str, chip: str, number: int) -> SensorReading | None:
        value = self._degrees(f"{path}_input")
        if value is None or not 0 < value < 150:
            return None
        return SensorReading(
            chip=chip,
            label=clean(self._files.line(f"{path}_label") or f"temp{number}"),
            celsius=value,
            high_celsius=_limit(self._degrees(f"{path}_max")),
            critical_celsius=_limit(self._degrees(f"{path}_crit")),
            kind=_kind(chip),
        )

    def _zones(self) -> list[SensorReading]:
        zones = []
        for name in self._files.names("/sys/class/thermal"):
            folder = f"/sys/class/thermal/{name}"
            value = self._degrees(f"{folder}/temp") if name.startswith("thermal_zone") else None
            if value is not None and 0 < value < 150:
                kind = clean(self._files.line(f"{folder}/type") or name)
                zones.append(
                    SensorReading(
                        chip=kind,
                        label=name,
                        celsius=value,
                        high_celsius=self._trip(folder, ("hot", "high")),
                        critical_celsius=self._trip(folder, ("critical",)),
                        kind=_kind(kind.replace("-", "_")),
                    )
                )
        return zones

    def _trip(self, folder: str, kinds: tuple[str, ...]) -> float | None:
        for name in self._files.names(folder):
            if (
                name.startswith("trip_point_")
                and name.endswith("_type")
                and self._files.line(f"{folder}/{name}") in kinds
            ):
                return _limit(self._degrees(f"{folder}/{name[:-5]}_temp"))
        return None

    def _degrees(self, path: str) -> float | None:
        value = self._files.number(path)
        return None if value is None else value / 1000


def cpu_celsius(sensors: tuple[SensorReading, ...]) -> float | None:
    """The one a person would quote: Tdie, else the hottest Tccd, else Tctl; a package; else the hottest CPU sensor."""
    cpu = [(sensor.label, sensor.celsius) for sensor in sensors if sensor.kind == "cpu" and sensor.celsius is not None]
    for wanted in ("Tdie", "Tccd", "Tctl", "Package", ""):
        values = [value for label, value in cpu if label.startswith(wanted)]
        if values:
            return max(values)
    return next((sensor.celsius for sensor in sensors if sensor.chip == "acpitz"), None)


def _kind(chip: str) -> str:
    if chip in _GPU_CHIPS:
        return "gpu"
    if chip in _DISK_CHIPS:
        return "disk"
    return "cpu" if _CPU_CHIPS.fullmatch(chip) else "other"


def _limit(value: float | None) -> float | None:
    return None if value is None or value in _LIMIT_NONSENSE or not 0 < value < 200 else value
