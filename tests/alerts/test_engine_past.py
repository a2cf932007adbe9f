"""History in, alerts of the past out."""

import pytest

from nodetop.alerts.engine import Engine
from nodetop.alerts.rule import rules
from nodetop.model.snapshot import HistoryPoint, Stat, TopProcess
from tests.alerts.test_engine import START, mount, only, snapshot


def point(index: int, cpu: float, disk: float | None = None, top: str = "java") -> HistoryPoint:
    return HistoryPoint(
        at=START + 300 * index, samples=150, cpu_busy_percent=Stat(mean=cpu, max=min(cpu + 5, 100)),
        filesystem_used_percent=None if disk is None else Stat(mean=disk, max=disk),
        top_cpu=(TopProcess(pid=7, name=top, value=80.0),),
    )  # fmt: skip


def test_history_tells_what_happened_before() -> None:
    engine = Engine(rules())
    now = 300 * 100.0
    engine.take_snapshot(snapshot(now, 20))
    engine.precede("web", [point(index, 90 if 20 <= index < 40 else 10) for index in range(100)], 300)
    alert = only(engine.alerts())
    assert (alert.state, alert.culprit, alert.peak) == ("ended", "java (7)", 95)
    assert alert.started_at == START + 300 * 20
    assert alert.ended_at == pytest.approx(START + 300 * 41, abs=301)


def test_what_history_ends_with_goes_on_with_its_beginning() -> None:
    engine = Engine(rules())
    now = 300 * 100.0
    points = [point(index, 90, 95.0 if index > 50 else 50.0) for index in range(100)]
    engine.take_snapshot(snapshot(now, 99, filesystems=(mount("/", 50.0), mount("/srv", 95.5))))
    engine.precede("web", points, 300)
    found = {alert.rule: alert for alert in engine.open()}
    assert found["cpu"].since_before and found["cpu"].started_at == START
    engine.take_snapshot(snapshot(now + 2, 99, filesystems=(mount("/", 50.0), mount("/srv", 95.5))))
    disk = only(alert for alert in engine.open() if alert.rule == "filesystem")
    assert disk.subject == "/srv"


def test_the_fullest_of_history_becomes_the_one_it_is() -> None:
    engine = Engine(rules())
    points = [point(index, 10, 95.0 if index > 50 else 50.0) for index in range(100)]
    engine.precede("web", points, 300)
    assert only(engine.open()).subject == "fullest"
    engine.take_snapshot(snapshot(300 * 100, 5, filesystems=(mount("/", 50.0), mount("/srv", 95.5))))
    alert = only(engine.open())
    assert (alert.subject, alert.item, alert.started_at) == ("/srv", "/srv", START + 300 * 51)
    engine = Engine(rules())
    engine.precede("web", points, 300)
    engine.take_snapshot(snapshot(300 * 100, 5, filesystems=(mount("/", 50.0),)))
    assert only(engine.alerts()).state == "ended"
