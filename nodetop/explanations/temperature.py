"""What the temperatures are. Kernel hwmon/sysfs-interface.rst, hwmon/k10temp.rst, hwmon/coretemp.rst."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Subject
from nodetop.explanations.parts import SAME
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import NodeSnapshot, SensorReading, TemperatureMetrics

_SENSOR = (RawFile("hwmon", ("{chip}", "{label}")),)
_TCTL = (
    "AMD's Tctl is a number for fans, on some processors 10 or 20 degrees above the truth: Tdie or the hottest die "
    "(Tccd) goes before it."
)


def _hottest(subject: Subject) -> Amount:
    celsius = [each.celsius for each in subject.item.sensors if each.kind == "cpu" and each.celsius is not None]
    return Amount(max(celsius, default=None), "celsius")


CPU = (
    Explanation(
        "CPU", ("cpu_celsius",), "The one a person would quote: of several packages the hottest; without a package's "
        "sensor the hottest in the processor.",
        numbers={"hottest": _hottest}, files=(RawFile("hwmon", ("coretemp",)), RawFile("hwmon", ("k10temp",))),
        others=(Other("the hottest sensor of the processor", "may be one core, or Tctl", "{hottest}"),
         Other("sensors, btop", "the package, Tctl or Tdie, whichever is found first"),
         Other("psutil, bottom", "only what hwmon has: nothing on many small boards")),
        notes=(_TCTL, "A board's own idea of it (acpitz) often never changes: it comes last."),
    ),
)  # fmt: skip
SENSOR = (
    Explanation(
        "now", ("celsius",), "What the chip says, in thousandths of a degree. Inputs with nothing on them "
        "(−62, 127 and the like) are left out.", files=_SENSOR, others=(Other("sensors", SAME),),
        notes=(
            _TCTL,
            "Sensors are read each five seconds, for some take a second to answer; a sleeping disk is not woken.",
        ),
    ),
    Explanation(
        "high", ("high_celsius",), "The chip's own limit (temp_max): from here on it may slow down.", files=_SENSOR,
        others=(Other("sensors: high", SAME), Other("psutil", "puts critical here where high is missing")),
        notes=("For k10temp it is that of Tctl.",),
    ),
    Explanation(
        "critical", ("critical_celsius",), "The chip's own limit (temp_crit or temp_emergency): here it switches off.",
        files=_SENSOR,
        others=(Other("sensors: crit", SAME), Other("psutil", "puts high here where critical is missing"),
         Other("btop", "takes 95 °C where the chip says nothing")),
    ),
)  # fmt: skip


def _cpu(snapshot: NodeSnapshot, pid: int | None) -> list[Subject]:
    temperature = snapshot.temperature
    return [Subject(snapshot, temperature)] if temperature and temperature.cpu_celsius is not None else []


def _sensors(snapshot: NodeSnapshot, pid: int | None) -> list[Subject]:
    sensors = snapshot.temperature.sensors if snapshot.temperature else ()
    return [Subject(snapshot, each, f"{each.chip} {each.label}".strip()) for each in sensors]


GROUPS = (Group("temperature", TemperatureMetrics, _cpu, CPU), Group("temperature", SensorReading, _sensors, SENSOR))
