"""The temperature panel: each sensor against its own limits, grouped by chip, CPU first."""

from collections.abc import Sequence

from nodetop.base.text import clean, fit, fit_middle, fit_right
from nodetop.base.text import width as width_of
from nodetop.drawing.meter import meter
from nodetop.drawing.runs import Line, Run, pad, plain
from nodetop.model.quantities import Levels
from nodetop.model.snapshot import SensorReading, TemperatureMetrics
from nodetop.widgets.base.columns import Column, columns_width, fit_columns, row_of
from nodetop.widgets.base.panel_parts import Body, BoxedPanel, apart, more, scaled, stale_mark, temperature_field
from nodetop.widgets.base.scrolling import Block
from nodetop.widgets.base.series import SeriesKeeper
from nodetop.widgets.base.view import View
from nodetop.widgets.node_parts.sensor_limits import closeness, labels_of, limits, sensor_mark, sensor_style, sensors_of

_ORDER = ("cpu", "gpu", "disk", "other")
_COLUMNS = (
    Column("sensor", 6, 14, 24, 0, "", right=False),
    Column("meter", 4, 6, 40, 2, "", right=False),
    Column("celsius", 6, 6, 6, 1, ""),
    Column("limit", 5, 5, 5, 3, "limit"),
)


class TemperaturePanel(BoxedPanel):
    """All sensors, or those closest to their limits."""

    name = "temperature"

    def subtitle(self, view: View) -> list[Line]:
        return stale_mark(view, "temperature")

    def values(self, view: View) -> list[Line]:
        temperature = view.snapshot.temperature if view.snapshot else None
        if temperature is None or temperature.cpu_celsius is None:
            return []
        celsius = temperature.cpu_celsius
        text = apart(temperature_field(celsius, view.fahrenheit, view.glyphs))
        return [[("label", "cpu"), (scaled("heat", celsius), text)]]

    def summary(self, view: View, width: int) -> list[Line]:
        temperature = (view.snapshot.temperature if view.snapshot else None) or TemperatureMetrics()
        line: Line = [("title", "temp")]
        hottest = max(temperature.sensors, key=lambda sensor: closeness(sensor, view.levels), default=None)
        if temperature.cpu_celsius is not None:
            text = temperature_field(temperature.cpu_celsius, view.fahrenheit, view.glyphs)
            line.append((scaled("heat", temperature.cpu_celsius), apart(text)))
        elif hottest is not None:
            text = temperature_field(hottest.celsius, view.fahrenheit, view.glyphs)
            line.append((sensor_style(hottest, view), apart(text)))
        else:
            line.append(("dim", " no sensors"))
        return [[*line, sensor_mark(hottest, view)] if hottest else line]

    def __init__(self) -> None:
        self._series = SeriesKeeper()

    def zoomed(self, view: View, width: int, height: int) -> list[Block] | None:
        from nodetop.widgets.zoomed.temperature import temperature_blocks  # late: not needed for the first frame

        temperature = view.snapshot.temperature if view.snapshot else None
        sensors = sensors_of(temperature)
        if not sensors:
            return None
        return temperature_blocks(_chosen(sensors, len(sensors), view.levels), view, self._series, width, height)

    def rows(self, view: View, width: int) -> int:
        temperature = view.snapshot.temperature if view.snapshot else None
        return len(sensors_of(temperature))

    def body(self, view: View, width: int, height: int) -> Body:
        sensors = sensors_of(view.snapshot.temperature if view.snapshot else None)
        if not sensors:
            return [pad([("dim", " no sensors")], width)], []
        widths = fit_columns(_COLUMNS, width)
        used = columns_width(widths)
        shown = _chosen(sensors, height, view.levels)
        labels = dict(zip(map(id, sensors), labels_of(sensors), strict=True))
        lines, chip = [], ""
        for sensor in shown:
            name = _name(sensor, labels[id(sensor)], chip == sensor.chip)
            chip = sensor.chip
            lines.append(
                row_of([_cell(column, wide, sensor, name, view) for column, wide in widths.items()], used, width)
            )
        return lines, more(len(sensors) - len(shown))


def _chosen(sensors: Sequence[SensorReading], room: int, levels: Levels) -> list[SensorReading]:
    """By kind, then in the order of the chips; or those closest to their limits, with the first CPU sensor among
    them."""
    ordered = sorted(sensors, key=lambda sensor: _ORDER.index(sensor.kind) if sensor.kind in _ORDER else len(_ORDER))
    if len(ordered) <= room:
        return ordered
    others = sorted(ordered[1:], key=lambda sensor: closeness(sensor, levels), reverse=True)
    nearest = [ordered[0], *others][:room]
    return [sensor for sensor in ordered if sensor in nearest][:room]


def _name(sensor: SensorReading, label: str, same_chip: bool) -> Line:
    """Chip and label. The chip only where it changes, and not for CPU sensors, whose labels are clear."""
    chip = clean(sensor.chip)
    if not label:
        return [("text", chip)]
    return [("text", label)] if same_chip or sensor.kind == "cpu" else [("dim", chip + " "), ("text", label)]


def _fitted(name: Line, wide: int, view: View) -> Line:
    """The name, cut in its middle if it is too long: sensors differ at their end."""
    text = plain(name)
    if width_of(text) <= wide:
        return pad(name, wide)
    return [("text", fit_middle(text, wide, view.glyphs.ellipsis))]


def _cell(column: str, wide: int, sensor: SensorReading, name: Line, view: View) -> Sequence[Run]:
    if column == "sensor":
        return _fitted(name, wide, view)
    if column == "meter":
        return meter(
            None if sensor.celsius is None else 100 * closeness(sensor, view.levels), wide, "heat", view.glyphs
        )
    if column == "celsius":
        return (
            (sensor_style(sensor, view), temperature_field(sensor.celsius, view.fahrenheit, view.glyphs)),
            sensor_mark(sensor, view),
        )
    high, critical = limits(sensor, view.levels)
    limit = critical if critical is not None else high
    stated = sensor.high_celsius is not None or sensor.critical_celsius is not None
    if limit is None or not stated:
        return (("dim", fit("", wide)),)
    return (("dim", fit_right("/" + temperature_field(limit, view.fahrenheit, view.glyphs).strip()[:-1], wide)),)
