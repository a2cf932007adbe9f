"""What a sensor measures, and whether its value is plausible. Kernel hwmon/k10temp.rst, hwmon/coretemp.rst,
hwmon/nvme."""

import re
from collections.abc import Iterable

from nodetop.model.snapshot import SensorReading

# Compiled by re when first used: a start does without.
_DISK = r"nvme|drivetemp"
_GPU = r"amdgpu|radeon|nouveau|nvidia|i915|xe|.*gpu.*"
_CPU = (
    r"coretemp|k8temp|k10temp|zenpower|scpi_sensors|x86_pkg_temp|bcm2835_thermal"  # without "cpu" in the name
    r"|.*cpu.*"
    r"|(ap_)?(soc|cluster|package|pkg|big|little|bigcore|littlecore)[\d_]*((thermal|therm|thmzone|thermal_zone)[\d_]*)?"
)
_CPU_LABEL = (
    r"(.*cpu.*|(chip \d+ )?core \d+|(chip \d+ )?core|package( id \d+)?|soc|tdie|tctl|tccd\d*|big|little|cluster\d*"
    r"|peci agent \d+|tsi\d+)( temp(erature)?)?"
)
_NOT_THE_CPU = (
    r"(^|[^a-z])(vrm?|vdd\w*|vcc\w*|vin|fans?|mos\w*|skin|board|pmic|charger|battery|memory|dimm|ambient|inlet|outlet|near"
    r"|around|prox\w*|socket|opt)([^a-z]|$)|cputin"
)
"""Words next to "CPU" that mean something near it. CPUTIN is an input of monitoring chips that is often not
connected."""
_LIMIT_LABELS = ("Tcontrol", "Tthrottle", "Tjmax")
"""Limits of the processor that a board's controller shows beside its readings, as if they were some. Kernel
hwmon/peci-cputemp.rst."""
_SOMETHING_ELSE = (
    r"acpi|pch|wifi|wlan|wwan|iwl|modem|mdm|ath\d|mt\d|phy|eth|usb|nvme|ssd|disk|ddr|dram|mem|dimm|pmic|pm\d|pmu|vrm|batt"
    r"|charg|bms|skin|case|quiet|xo|ambient|board|fan|pa[_\d]|camera|cam|video|venus|npu|nsp|dsp|audio|display|rtc|int34|gpu"
)
"""Words in the names of zones that do not measure a CPU."""
_NOT_CONNECTED = frozenset([127.0, 127.5, 128.0])
"""What monitoring chips report for an input that is not connected."""
_HOTTEST = 150.0
_HIGHEST_LIMIT = 200.0
_LOWEST_LIMIT = 40.0
"""A limit below this is a placeholder, because no part of a running machine is too hot there. So are 0, 127, 511 and
65261."""


def normal(name: str) -> str:
    """A chip's or zone's name as in hwmon, where the kernel replaces - by _ in a zone's name."""
    return name.lower().replace("-", "_")


def kind_of(chip: str) -> str:
    """cpu, gpu, disk or other, from the name of a chip or a zone."""
    name = normal(chip)
    if re.fullmatch(_DISK, name):
        return "disk"
    if re.fullmatch(_GPU, name):
        return "gpu"
    return "cpu" if re.fullmatch(_CPU, name) and not re.search(_NOT_THE_CPU, name.replace("_", " ")) else "other"


def is_cpu_label(label: str) -> bool:
    """Whether a label such as "Chip 0 Core 4" or "CPU_TEMP" names the CPU, on a chip that measures many things."""
    words = label.lower().replace("_", " ").strip()
    return re.fullmatch(_CPU_LABEL, words) is not None and not re.search(_NOT_THE_CPU, words)


def may_be_the_die(zone: str) -> bool:
    """Whether a zone may measure the CPU's die, because its name does not say anything else (imx_thermal_zone)."""
    return re.search(_SOMETHING_ELSE, normal(zone)) is None


def true_celsius(value: float | None) -> float | None:
    """A reading; None for the placeholder value of an input without a sensor."""
    return value if value is not None and 0 < value < _HOTTEST and value not in _NOT_CONNECTED else None


def true_limit(value: float | None) -> float | None:
    """A limit; None for a placeholder."""
    known = value is not None and _LOWEST_LIMIT < value < _HIGHEST_LIMIT
    return value if known and value not in _NOT_CONNECTED else None


def cpu_celsius(sensors: Iterable[SensorReading]) -> float | None:
    """The one temperature to show for the CPU. AMD's Tctl is meant for fan control, and on some processors 10 to 27
    degrees above the real temperature. So: Tdie, else the hottest die (Tccd), else Tctl. On others: the hottest
    package, else the hottest sensor in the CPU. The mainboard's value comes last, because it often never changes."""
    known = [sensor for sensor in sensors if sensor.celsius is not None]
    cpu = [sensor for sensor in known if sensor.kind == "cpu" and not sensor.label.startswith(_LIMIT_LABELS)]
    for start in ("Tdie", "Tccd", "Tctl", "Package", "Die", ""):
        if found := [sensor.celsius for sensor in cpu if sensor.label.startswith(start)]:
            return max(filter(None, found))
    for candidates in (
        [s for s in known if s.label.upper() == "CPU"],
        [s for s in known if s.chip.startswith("acpitz")],
    ):
        if candidates:
            return candidates[0].celsius
    return None
