"""What a temperature is of, and whether it can be true. Kernel hwmon/k10temp.rst, hwmon/coretemp.rst, hwmon/nvme."""

import re
from collections.abc import Iterable

from nodetop.model.snapshot import SensorReading

_KINDS = (
    (
        "cpu",
        re.compile(
            r"coretemp|k8temp|k10temp|zenpower|via_cputemp|scpi_sensors|x86_pkg_temp|bcm2835_thermal|tcpu"
            r"|(cpu|soc|cluster|package|big|little|bigcore|littlecore)[\d_]*((thermal|therm|thmzone)[\d_]*)?"
        ),
    ),
    ("gpu", re.compile(r"amdgpu|radeon|nouveau|nvidia|i915|xe|gpu[\d_]*((thermal|therm)[\d_]*)?")),
    ("disk", re.compile(r"nvme|drivetemp")),
)
_NOT_CONNECTED = frozenset([127.0, 127.5, 128.0])
"""What monitoring chips tell of an input with nothing on it."""
_HOTTEST = 150.0
_HIGHEST_LIMIT = 200.0


def normal(name: str) -> str:
    """A chip's or zone's name as the kernel spells it in hwmon: a zone's mirror there has _ for -."""
    return name.lower().replace("-", "_")


def kind_of(chip: str) -> str:
    """cpu, gpu, disk or other."""
    return next((kind for kind, names in _KINDS if names.fullmatch(normal(chip))), "other")


def true_celsius(value: float | None) -> float | None:
    """A reading; None for what an input without a sensor tells."""
    return value if value is not None and 0 < value < _HOTTEST and value not in _NOT_CONNECTED else None


def true_limit(value: float | None) -> float | None:
    """A limit; None where the hardware has a placeholder."""
    return value if value is not None and 0 < value < _HIGHEST_LIMIT and value not in _NOT_CONNECTED else None


def cpu_celsius(sensors: Iterable[SensorReading]) -> float | None:
    """The one a person would quote. AMD's Tctl is for fans, on some processors 10 to 27 degrees above the truth: so
    Tdie, else the hottest die (Tccd), else Tctl. The hottest package, else the hottest of what is in the CPU. A board's
    own idea of it comes last, as it often never changes."""
    known = [sensor for sensor in sensors if sensor.celsius is not None]
    cpu = [sensor for sensor in known if sensor.kind == "cpu"]
    for start in ("Tdie", "Tccd", "Tctl", "Package", ""):
        if found := [sensor.celsius for sensor in cpu if sensor.label.startswith(start)]:
            return max(filter(None, found))
    for told in ([s for s in known if s.label.upper() == "CPU"], [s for s in known if s.chip.startswith("acpitz")]):
        if told:
            return told[0].celsius
    return None
