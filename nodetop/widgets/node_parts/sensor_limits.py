"""How a sensor is called and how close it is to its limits, for the panel and for the whole screen."""

from collections import Counter
from collections.abc import Sequence

from nodetop.base.text import clean
from nodetop.drawing.runs import Run
from nodetop.model.quantities import Levels
from nodetop.model.snapshot import SensorReading, TemperatureMetrics
from nodetop.widgets.base.panel_parts import mark, scaled
from nodetop.widgets.base.view import View

DEFAULT_LIMITS = {"disk": (70.0, 80.0), "gpu": (85.0, 95.0)}
"""High and critical in degrees Celsius if the hardware gives none: the CPU's are those of its alert; other sensors are
not marked."""
FULL_SCALE = 100.0


def sensors_of(temperature: TemperatureMetrics | None) -> tuple[SensorReading, ...]:
    """All sensors; of the past, of which history keeps the CPU's temperature, that alone."""
    if temperature is None:
        return ()
    if temperature.sensors or temperature.cpu_celsius is None:
        return temperature.sensors
    return (SensorReading(chip="", label="CPU", celsius=temperature.cpu_celsius, kind="cpu"),)


def labels_of(sensors: Sequence[SensorReading]) -> list[str]:
    """The label of each; empty where it is only a number, as temp1, and the chip has no other sensor."""
    count = Counter(sensor.chip for sensor in sensors)
    return [
        "" if count[sensor.chip] == 1 and sensor.label.rstrip("0123456789") == "temp" else clean(sensor.label)
        for sensor in sensors
    ]


def limits(sensor: SensorReading, levels: Levels) -> tuple[float | None, float | None]:
    """High and critical: the hardware's own limits, else the usual ones of its kind."""
    if sensor.high_celsius is None and sensor.critical_celsius is None:
        usual = DEFAULT_LIMITS.get(sensor.kind, (None, None))
        return levels.get("temperature", usual) if sensor.kind == "cpu" else usual
    return sensor.high_celsius, sensor.critical_celsius


def closeness(sensor: SensorReading, levels: Levels) -> float:
    """How close a sensor is to its limit: 1 means at the limit."""
    high, critical = limits(sensor, levels)
    return (sensor.celsius or 0.0) / (critical or high or FULL_SCALE)


def sensor_style(sensor: SensorReading, view: View) -> str:
    return scaled("heat", None if sensor.celsius is None else 100 * closeness(sensor, view.levels))


def sensor_mark(sensor: SensorReading, view: View) -> Run:
    high, critical = limits(sensor, view.levels)
    return mark(sensor.celsius, high, critical, view.glyphs)
