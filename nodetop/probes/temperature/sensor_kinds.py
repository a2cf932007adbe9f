"""What a temperature is of, and whether it can be true. Kernel hwmon/k10temp.rst, hwmon/coretemp.rst, hwmon/nvme."""

import re
from collections.abc import Iterable

from nodetop.model.snapshot import SensorReading

_DISK = re.compile(r"nvme|drivetemp")
_GPU = re.compile(r"amdgpu|radeon|nouveau|nvidia|i915|xe|.*gpu.*")
_CPU = re.compile(
    r"coretemp|k8temp|k10temp|zenpower|scpi_sensors|x86_pkg_temp|bcm2835_thermal"  # names that do not say it
    r"|.*cpu.*"
    r"|(ap_)?(soc|cluster|package|pkg|big|little|bigcore|littlecore)[\d_]*((thermal|therm|thmzone|thermal_zone)[\d_]*)?"
)
_CPU_LABEL = re.compile(
    r".*cpu.*|(chip \d+ )?core \d+|(chip \d+ )?core|package( id \d+)?|soc|tdie|tctl|tccd\d*|big|little|cluster\d*"
)
_NOT_THE_CPU = re.compile(
    r"(^|[^a-z])(vrm?|vdd\w*|vcc\w*|vin|fans?|mos\w*|skin|board|pmic|charger|battery|memory|dimm|ambient|inlet|outlet|near"
    r"|around|prox\w*|socket|opt)([^a-z]|$)|cputin"
)
"""Words beside "CPU" that mean what stands near it; CPUTIN is a monitoring chip's input that is often connected to
nothing."""
_SOMETHING_ELSE = re.compile(
    r"acpi|pch|wifi|wlan|wwan|iwl|modem|mdm|ath\d|mt\d|phy|eth|usb|nvme|ssd|disk|ddr|dram|mem|dimm|pmic|pm\d|pmu|vrm|batt"
    r"|charg|bms|skin|case|quiet|xo|ambient|board|fan|pa[_\d]|camera|cam|video|venus|npu|nsp|dsp|audio|display|rtc|int34|gpu"
)
"""Words in the names of zones that are of no CPU."""
_NOT_CONNECTED = frozenset([127.0, 127.5, 128.0])
"""What monitoring chips tell of an input with nothing on it."""
_HOTTEST = 150.0
_HIGHEST_LIMIT = 200.0
_LOWEST_LIMIT = 40.0
"""No part of a running machine is too hot below this: such a limit is a placeholder, as 0, 127, 511 and 65261 are."""


def normal(name: str) -> str:
    """A chip's or zone's name as the kernel spells it in hwmon: a zone's mirror there has _ for -."""
    return name.lower().replace("-", "_")


def kind_of(chip: str) -> str:
    """cpu, gpu, disk or other, by the name of a chip or a zone."""
    name = normal(chip)
    if _DISK.fullmatch(name):
        return "disk"
    if _GPU.fullmatch(name):
        return "gpu"
    return "cpu" if _CPU.fullmatch(name) and not _NOT_THE_CPU.search(name.replace("_", " ")) else "other"


def is_cpu_label(label: str) -> bool:
    """Whether a sensor of a chip that measures many things says that it is of the CPU: "Chip 0 Core 4", "CPU_TEMP"."""
    words = label.lower().replace("_", " ").strip()
    return _CPU_LABEL.fullmatch(words) is not None and not _NOT_THE_CPU.search(words)


def may_be_the_die(zone: str) -> bool:
    """Whether the name of a zone says nothing else: one that only names the chip (imx_thermal_zone) is its die's."""
    return _SOMETHING_ELSE.search(normal(zone)) is None


def true_celsius(value: float | None) -> float | None:
    """A reading; None for what an input without a sensor tells."""
    return value if value is not None and 0 < value < _HOTTEST and value not in _NOT_CONNECTED else None


def true_limit(value: float | None) -> float | None:
    """A limit; None where the hardware has a placeholder."""
    known = value is not None and _LOWEST_LIMIT < value < _HIGHEST_LIMIT
    return value if known and value not in _NOT_CONNECTED else None


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
