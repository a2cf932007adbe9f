"""What happened between two samples, and between two points."""

from nodetop.alerts.mark import worst
from nodetop.alerts.marks import between, of_points
from nodetop.model.snapshot import HistoryPoint, MemoryMetrics, NodeSnapshot

START = 1_700_000_000.0


def sample(at: float, boot: str = "a", kills: int | None = None, interval: float | None = 2.0) -> NodeSnapshot:
    return NodeSnapshot(
        node="n", taken_at=START + at, boot_id=boot, interval=interval, memory=MemoryMetrics(oom_kills=kills)
    )


def told(before: NodeSnapshot, after: NodeSnapshot) -> list[tuple[str, str]]:
    return [(mark.kind, mark.text) for mark in between(before, after)]


def test_between_two_samples() -> None:
    assert told(sample(0, kills=3), sample(2, kills=3)) == []
    assert told(sample(0, kills=3), sample(2, kills=4)) == [("kill", "OOM kill")]
    assert told(sample(0, kills=3), sample(2, kills=6)) == [("kill", "3 OOM kills")]
    assert told(sample(0), sample(2, kills=6)) == []
    assert told(sample(0), sample(3600)) == [("gap", "no samples for 1h 0m")]
    assert told(sample(0), sample(30, interval=30)) == []
    assert told(sample(0, kills=9), sample(90, "b", kills=2)) == [
        ("reboot", "reboot"), ("gap", "no samples for 1m 30s"), ("kill", "2 OOM kills")
    ]  # fmt: skip
    assert told(sample(0, ""), sample(2, "b")) == [], "means of history do not say which boot they are of"
    assert worst(between(sample(0, kills=9), sample(90, "b", kills=2))).kind == "reboot"


def point(index: int, boot: float | None, kills: int | None) -> HistoryPoint:
    return HistoryPoint(at=START + 300 * index, samples=1, boot_time=boot, oom_kills=kills)


def test_between_points_of_history() -> None:
    booted = START + 700
    points = [point(0, START - 9000, 4), point(1, START - 9000, 6), point(3, booted, 1), point(4, booted, 1)]
    assert [(mark.kind, mark.at, mark.text) for mark in of_points(points)] == [
        ("kill", START + 300, "2 OOM kills"), ("reboot", booted, "reboot"), ("kill", START + 900, "OOM kill")
    ]  # fmt: skip


def test_a_clock_that_is_set_is_no_reboot_and_old_points_tell_nothing() -> None:
    assert of_points([point(0, START - 9000, None), point(1, START - 8000, None)]) == []
    assert of_points([point(0, None, None), point(1, START - 9000, 7), point(2, None, None)]) == []
