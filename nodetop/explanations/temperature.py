"""Explains the temperatures. Kernel hwmon/sysfs-interface.rst, hwmon/k10temp.rst, hwmon/coretemp.rst."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Subject
from nodetop.explanations.parts import SAME
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import NodeSnapshot, SensorReading, TemperatureMetrics

_SENSOR = (RawFile("hwmon", ("{chip}", "{label}")),)
_TCTL = (
    "AMD's Tctl is meant for fan control; on some processors it is 10 or 20 degrees above the real temperature. So "
    "Tdie or the hottest die (Tccd) is preferred."
)


def _hottest(subject: Subject) -> Amount:
    celsius = [each.celsius for each in subject.item.sensors if each.kind == "cpu" and each.celsius is not None]
    return Amount(max(celsius, default=None), "celsius")


CPU = (
    Explanation(
        "CPU", ("cpu_celsius",), "The processor's temperature: of several packages the hottest one; without a package "
        "sensor, the hottest sensor in the processor.",
        numbers={"hottest": _hottest}, files=(RawFile("hwmon", ("coretemp",)), RawFile("hwmon", ("k10temp",))),
        others=(Other("the hottest sensor of the processor", "may be one core, or Tctl", "{hottest}"),
         Other("sensors, btop", "the package, Tctl or Tdie, whichever is found first"),
         Other("psutil, bottom", "read only hwmon, which has nothing on many small boards")),
        notes=(_TCTL, "The mainboard's value (acpitz) often never changes, so it is the last choice."),
    ),
)  # fmt: skip
SENSOR = (
    Explanation(
        "now", ("celsius",), "What the chip reports; the file has thousandths of a degree. Inputs with no sensor "
        "connected (−62, 127 and the like) are left out.", files=_SENSOR, others=(Other("sensors", SAME),),
        notes=(
            _TCTL,
            "Sensors are read every five seconds, because some take a second to respond. A sleeping disk is not woken.",
        ),
    ),
    Explanation(
        "high", ("high_celsius",), "The chip's own limit (temp_max): above it the chip may slow down.", files=_SENSOR,
        others=(Other("sensors: high", SAME), Other("psutil", "shows critical if high is missing")),
        notes=("For k10temp this is the limit for Tctl.",),
    ),
    Explanation(
        "critical", ("critical_celsius",), "The chip's own limit (temp_crit or temp_emergency): here it shuts down.",
        files=_SENSOR,
        others=(Other("sensors: crit", SAME), Other("psutil", "shows high if critical is missing"),
         Other("btop", "assumes 95 °C if the chip reports none")),
    ),
)  # fmt: skip


def _cpu(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    temperature = snapshot.temperature
    return [Subject(snapshot, temperature)] if temperature and temperature.cpu_celsius is not None else []


def _sensors(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    sensors = snapshot.temperature.sensors if snapshot.temperature else ()
    return [Subject(snapshot, each, f"{each.chip} {each.label}".strip()) for each in sensors]


GROUPS = (Group("temperature", TemperatureMetrics, _cpu, CPU), Group("temperature", SensorReading, _sensors, SENSOR))
