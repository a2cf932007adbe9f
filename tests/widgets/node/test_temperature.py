"""The temperature panel as text: sensors against their limits."""

from nodetop.drawing.runs import plain
from nodetop.model.panels import Panels
from nodetop.model.quantities import DEFAULT_LEVELS
from nodetop.model.snapshot import NodeSnapshot, SensorReading, TemperatureMetrics
from nodetop.widgets.base.view import View
from nodetop.widgets.node.temperature import TemperaturePanel
from nodetop.widgets.node_parts.sensor_limits import limits


def sensor(label: str, celsius: float | None, kind: str = "other", **limits_: float) -> SensorReading:
    return SensorReading(chip="chip", label=label, celsius=celsius, kind=kind, **limits_)  # type: ignore[arg-type]


def text(width: int, height: int, *sensors: SensorReading, cpu: float | None = None, **fields: bool) -> list[str]:
    temperature = TemperatureMetrics(cpu_celsius=cpu, sensors=sensors)
    view = View(snapshot=NodeSnapshot(node="n", taken_at=1.0, temperature=temperature), **fields)  # type: ignore[arg-type]
    return [plain(line) for line in TemperaturePanel().lines(view, width, height)]


def test_a_value_stands_beside_its_limit() -> None:
    lines = text(40, 5, sensor("Package id 0", 62.4, "cpu", high_celsius=84.0, critical_celsius=100.0), cpu=62.4)
    assert "cpu 62°C" in lines[0]
    assert "Package id 0" in lines[1] and " 62°C  /100°│" in lines[1]


def test_sensors_of_the_cpu_are_listed_first() -> None:
    lines = text(40, 5, sensor("other", 30.0), sensor("Composite", 40.0, "disk"), sensor("Tdie", 50.0, "cpu"))
    assert [next(word for word in ("Tdie", "Composite", "other") if word in line) for line in lines[1:4]] == [
        "Tdie",
        "Composite",
        "other",
    ]


def test_limits_are_the_hardwares_or_those_usual_for_the_kind() -> None:
    assert limits(sensor("a", 1, "cpu"), DEFAULT_LEVELS) == (80, 95)
    assert limits(sensor("a", 1, "disk"), DEFAULT_LEVELS) == (70, 80)
    assert limits(sensor("a", 1, "gpu"), DEFAULT_LEVELS) == (85, 95)
    assert limits(sensor("a", 1), DEFAULT_LEVELS) == (None, None)
    assert limits(sensor("a", 1, "cpu", critical_celsius=110.0), DEFAULT_LEVELS) == (None, 110.0)


def test_heat_is_marked_not_only_coloured() -> None:
    marks = [text(30, 3, sensor("s", celsius, "disk"))[1].partition("°C")[2][0] for celsius in (69.0, 70.0, 80.0)]
    assert marks == [" ", "!", "‼"]
    assert "!" not in text(30, 3, sensor("s", 99.0))[1]


def test_those_nearest_to_their_limits_stay() -> None:
    sensors = [sensor("Tdie", 40.0, "cpu"), *(sensor(f"s{index}", 30.0 + index) for index in range(9))]
    lines = text(30, 5, *sensors)
    assert "Tdie" in lines[1] and "s7" in lines[2] and "s8" in lines[3]
    assert " +7 " in lines[-1]


def test_fahrenheit() -> None:
    assert "212°F" in text(40, 4, sensor("Tdie", 100.0, "cpu", critical_celsius=100.0), fahrenheit=True)[1]


def test_no_sensors_is_no_alarm() -> None:
    assert "no sensors" in text(30, 5)[1]
    assert "no sensors" in text(30, 1)[0]
    assert "–" in text(30, 4, sensor("gone", None))[1]


def test_a_label_that_is_only_a_number_leaves_its_room_to_the_chip() -> None:
    drives = tuple(SensorReading(chip=f"drivetemp{number}", label="temp1", celsius=30.0) for number in (10, 20))
    board = (SensorReading(chip="nct6798", label="temp1"), SensorReading(chip="nct6798", label="temp2"))
    scene = View(snapshot=NodeSnapshot(node="n", taken_at=1.0, temperature=TemperatureMetrics(sensors=drives + board)))
    for zoomed in (None, "temperature"):
        scene.layout = Panels(zoomed=zoomed)
        text = "\n".join(plain(line) for line in TemperaturePanel().lines(scene, 40, 30))
        assert "drivetemp10 " in text and "drivetemp20 " in text and "temp2" in text
        assert text.count("temp1 ") == 1, text
