"""The temperature panel on the whole screen: a history of each sensor."""

from collections.abc import Sequence

from nodetop.base.text import clean, cut_middle
from nodetop.drawing.runs import Line
from nodetop.model.snapshot import NodeSnapshot, SensorReading
from nodetop.widgets.base.panel_parts import temperature_field
from nodetop.widgets.base.scrolling import Block
from nodetop.widgets.base.series import SeriesKeeper, Value
from nodetop.widgets.base.view import View
from nodetop.widgets.node_parts.sensor_limits import (
    FULL_SCALE,
    labels_of,
    limits,
    sensor_mark,
    sensor_style,
    sensors_of,
)
from nodetop.widgets.zoomed.grid import grid, grid_rows, share_rows
from nodetop.widgets.zoomed.history import Histories, Scale

_LEAST_CELLS = 36
_LEAST_GRAPH = 2
_NAME_CELLS = 22


def temperature_blocks(
    sensors: Sequence[SensorReading], view: View, series: SeriesKeeper, width: int, height: int
) -> list[Block]:
    """A grid of graphs, in the given order; the full height of each is its critical or high limit."""
    lines = grid_rows(len(sensors), width, _LEAST_CELLS)
    rows = share_rows(height, lines, lines, _LEAST_GRAPH)
    histories = Histories(series, view)
    labels = {(each.chip, each.label): label for each, label in zip(sensors, labels_of(sensors), strict=True)}

    def text(value: float | None) -> str:
        return temperature_field(value, view.fahrenheit, view.glyphs).strip()

    def draw(sensor: SensorReading, cells: int) -> list[Line]:
        high, critical = limits(sensor, view.levels)
        limit = critical or high
        label = labels[sensor.chip, sensor.label]
        name = cut_middle(f"{clean(sensor.chip)} {label}".strip(), _NAME_CELLS, view.glyphs.ellipsis)
        head: Line = [
            ("text", f"{name} "),
            (sensor_style(sensor, view), text(sensor.celsius)),
            sensor_mark(sensor, view),
        ]
        head += [("dim", f"/{text(limit)} ")] if limit is not None else []
        scale = Scale("heat", text, top=limit or FULL_SCALE)
        return histories.lines(head, (sensor.chip, sensor.label), _celsius(sensor), scale, cells, rows)

    return grid(sensors, width, _LEAST_CELLS, rows + 1, draw)


def _celsius(wanted: SensorReading) -> Value:
    def of(snapshot: NodeSnapshot) -> float | None:
        for sensor in sensors_of(snapshot.temperature):
            if sensor.label == wanted.label and sensor.chip == wanted.chip:
                return sensor.celsius
        return None

    return of
