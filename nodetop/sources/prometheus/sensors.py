"""Temperatures of one node, from the answers of a store. Pure."""

import re

from nodetop.base.text import clean
from nodetop.model.snapshot import SensorReading, TemperatureMetrics
from nodetop.sources.prometheus.metrics import CPU_CHIP, CPU_PLACE
from nodetop.sources.prometheus.picks import by
from nodetop.sources.prometheus.promql import Value, Values

_CPU_PLACE_OR_CHIP = f"{CPU_PLACE}|{CPU_CHIP}"


def temperature_of(values: Values) -> TemperatureMetrics | None:
    names = {each.labels.get("chip", ""): each.labels.get("chip_name", "") for each in values.get("chip", ())}
    keys = ("chip", "sensor")
    called = {tuple(each.labels.get(key, "") for key in keys): each.labels for each in values.get("sensor", ())}
    high, critical = by(values, "celsius_max", *keys), by(values, "celsius_crit", *keys)
    sensors = [
        SensorReading(
            chip=clean(names.get(chip) or chip),
            label=clean(called.get((chip, sensor), {}).get("label") or sensor),
            celsius=value,
            high_celsius=high.get((chip, sensor)),
            critical_celsius=critical.get((chip, sensor)),
            kind="cpu" if _is_cpu(chip, names.get(chip, "")) else "other",
        )
        for (chip, sensor), value in sorted(by(values, "celsius", *keys).items())
    ]
    sensors += [_zone(each) for each in values.get("zone", ())]
    if not sensors:
        return None
    cpu = [sensor.celsius for sensor in sensors if sensor.kind == "cpu" and sensor.celsius is not None]
    return TemperatureMetrics(cpu_celsius=max(cpu, default=None), sensors=tuple(sensors))


def _is_cpu(chip: str, name: str) -> bool:
    return bool(re.fullmatch(CPU_CHIP, name) or re.fullmatch(_CPU_PLACE_OR_CHIP, chip))


def _zone(zone: Value) -> SensorReading:
    kind = zone.labels.get("type", "")
    return SensorReading(
        chip=clean(kind) or "zone",
        label=f"zone {clean(zone.labels.get('zone', ''))}",
        celsius=zone.value,
        kind="cpu" if re.fullmatch(CPU_CHIP, kind) else "other",
    )
