"""Samples of nodes in, alerts out."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nodetop.alerts.alert import Alert
from nodetop.alerts.engine import MOST_PAST, Engine
from nodetop.alerts.rule import rules
from nodetop.model.snapshot import (
    CpuMetrics,
    FilesystemMetrics,
    HostInfo,
    MemoryMetrics,
    NodeSnapshot,
    NodeStatus,
    ProcessMetrics,
    ProcessSummary,
    SensorReading,
    TemperatureMetrics,
)

START = 1_700_000_000.0
QUICK = {"cpu": "85/75, critical 95/85"}


def snapshot(at: float, cpu: float | None = None, interval: float | None = 2.0, **more: object) -> NodeSnapshot:
    return NodeSnapshot(
        node="web", taken_at=START + at, interval=interval, boot_id="b",
        cpu=CpuMetrics(busy_percent=cpu) if cpu is not None else None, **more,
    )  # type: ignore[arg-type]  # fmt: skip


def engine_of(values: Iterable[float | None], **changes: str) -> Engine:
    """An engine after a value of cpu each two seconds."""
    engine = Engine(rules(changes or QUICK))
    for index, value in enumerate(values):
        engine.take_snapshot(snapshot(2.0 * index, value))
    return engine


def only(alerts: Iterable[Alert]) -> Alert:
    (alert,) = alerts
    return alert


def test_ten_minutes_of_load_are_an_alert_and_nine_are_not() -> None:
    assert not engine_of([99.0] * 235, cpu="85/75 for 10m").alerts()
    alert = only(engine_of([99.0] * 301, cpu="85/75 for 10m, critical 95/85").alerts())
    assert (alert.node, alert.rule, alert.severity, alert.state) == ("web", "cpu", 2, "open")
    assert (alert.value, alert.peak, alert.threshold) == (99, 99, 95)
    assert alert.started_at == pytest.approx(START, abs=3)


def test_it_ends_below_the_value_that_clears_it() -> None:
    assert only(engine_of([90, 80, 76]).alerts()).state == "open"
    ended = only(engine_of([90, 96, 80, 76, 74]).alerts())
    assert (ended.state, ended.severity, ended.peak) == ("ended", 2, 96)
    assert ended.ended_at == START + 8 and ended.seconds(0) == 8


def test_it_is_as_severe_as_it_is_now() -> None:
    assert only(engine_of([96]).alerts()).severity == 2
    assert only(engine_of([96, 86]).alerts()).severity == 2
    assert only(engine_of([96, 84]).alerts()).severity == 1


def test_who_was_on_top_is_told() -> None:
    engine = Engine(rules(QUICK))
    for at, (busy, name) in enumerate([(90, "java"), (97, "gcc"), (91, "vim")]):
        rows = (ProcessMetrics(pid=7, name=name, cpu_percent=50.0), ProcessMetrics(pid=8, name="x", cpu_percent=1.0))
        engine.take_snapshot(snapshot(2.0 * at, busy, processes=ProcessSummary(rows=rows)))
    assert only(engine.alerts()).culprit == "gcc (7)"


def test_what_is_not_known_is_neither_fine_nor_over() -> None:
    engine = engine_of([90, None])
    version = engine.version
    assert only(engine.alerts()).state == "unknown"
    engine.take_snapshot(snapshot(6))
    assert engine.version == version
    engine.take_snapshot(snapshot(8, 90))
    assert only(engine.alerts()).state == "open" and engine.version == version + 1
    engine.lose()
    assert only(engine.alerts()).state == "unknown"
    engine.take_snapshot(snapshot(10, 20))
    assert only(engine.alerts()).state == "ended"


def test_after_a_gap_nothing_is_over_until_enough_is_known() -> None:
    engine = engine_of([99.0] * 301, cpu="85/75 for 10m")
    hours_later = 8 * 3600.0
    for index in range(200):
        engine.take_snapshot(snapshot(hours_later + 2 * index, 1.0))
        assert only(engine.alerts()).state == "open"
    for index in range(200, 260):
        engine.take_snapshot(snapshot(hours_later + 2 * index, 1.0))
    assert only(engine.alerts()).state == "ended"


def mount(name: str, percent: float | None, **more: object) -> FilesystemMetrics:
    return FilesystemMetrics(device="d", mount_point=name, fs_type="ext4", used_percent=percent, **more)  # type: ignore[arg-type]


def test_each_file_system_has_its_alert_and_an_unmounted_one_ends() -> None:
    engine = Engine(rules())
    full = (mount("/", 91.0), mount("/data", 99.0, inodes_used_percent=95.0), mount("/snap", 100.0, read_only=True))
    engine.take_snapshot(snapshot(0, filesystems=full))
    found = {(alert.rule, alert.subject): alert.severity for alert in engine.alerts()}
    assert found == {("filesystem", "/"): 1, ("filesystem", "/data"): 2, ("inodes", "/data"): 1}
    engine.take_snapshot(snapshot(2, filesystems=(mount("/", 91.0),)))
    assert {(alert.rule, alert.subject, alert.state) for alert in engine.alerts()} == {
        ("filesystem", "/", "open"), ("filesystem", "/data", "ended"), ("inodes", "/data", "ended"),
    }  # fmt: skip
    engine.take_snapshot(snapshot(4, filesystems=(mount("/", None),)))
    assert [alert.state for alert in engine.open()] == ["unknown"]
    engine.take_snapshot(snapshot(6, filesystems=None))
    assert [alert.state for alert in engine.open()] == ["unknown"]


def test_two_of_one_name_are_judged_as_one_by_the_worse() -> None:
    """Otherwise each sample would open and end an alert."""
    sensors = [SensorReading(chip="c", label="l", celsius=value, critical_celsius=90.0) for value in (20.0, 95.0, 30.0)]
    heat = TemperatureMetrics(sensors=tuple(sensors))
    engine = Engine(rules())
    for turn in range(60):
        mounts = (mount("/", 10.0), mount("/", 99.0), mount("/", None), mount("/", 20.0))
        engine.take_snapshot(snapshot(2.0 * turn, filesystems=mounts, temperature=heat))
    assert sorted((alert.rule, alert.ended_at) for alert in engine.alerts()) == [
        ("filesystem", None),
        ("temperature", None),
    ]


def test_temperatures_go_by_the_hardwares_limits() -> None:
    def at(second: float, cpu: float, nvme: float, critical: float | None) -> NodeSnapshot:
        sensors = (
            SensorReading(chip="coretemp", label="Package", celsius=cpu, critical_celsius=critical, kind="cpu"),
            SensorReading(chip="nvme", label="Composite", celsius=nvme, critical_celsius=85.0, kind="disk"),
            SensorReading(chip="acpitz", label="", celsius=99.0),
        )
        return snapshot(second, temperature=TemperatureMetrics(cpu_celsius=cpu, sensors=sensors))

    def found(cpu: float, nvme: float, critical: float | None) -> dict[str, int]:
        engine = Engine(rules())
        for index in range(40):
            engine.take_snapshot(at(2.0 * index, cpu, nvme, critical))
        return {alert.subject: alert.severity for alert in engine.alerts()}

    assert found(85, 60, 100.0) == {}
    assert found(91, 76, 100.0) == {"cpu": 1, "nvme Composite": 1}
    assert found(101, 86, 100.0) == {"cpu": 2, "nvme Composite": 2}
    assert found(85, 60, None) == {"cpu": 1}
    assert found(96, 60, None) == {"cpu": 2}


def test_oom_kills_are_an_alert_for_half_an_hour() -> None:
    engine = Engine(rules())
    states = []
    for at, count in ((0, 4), (2, 4), (4, 6), (1000, 6), (1803, 6), (1805, 6)):
        engine.take_snapshot(snapshot(at, memory=MemoryMetrics(oom_kills=count)))
        states.append([(alert.state, alert.value) for alert in engine.alerts()])
    assert states == [[], [], [("open", 2)], [("open", 2)], [("open", 2)], [("ended", 0)]]


def test_a_disk_that_fills_is_told_before_it_is_full() -> None:
    engine = Engine(rules())
    for index in range(60):
        engine.take_snapshot(snapshot(300 * index, filesystems=(mount("/var", 40 + index * 0.6),)))
    alert = only(engine.alerts())
    assert (alert.rule, alert.subject, alert.severity) == ("full_in_hours", "/var", 1)
    assert alert.value == pytest.approx((100 - 40 - 58 * 0.6) / 7.2, abs=0.1)


def test_a_file_system_that_fills_up_is_told_although_another_one_is_fuller() -> None:
    engine = Engine(rules({**QUICK, "filesystem": False}))  # type: ignore[dict-item]
    for index in range(60):
        mounts = mount("/", 97.0), mount("/var", 40 + index * 0.6)
        engine.take_snapshot(snapshot(300 * index, filesystems=mounts))
    assert (only(engine.alerts()).item, only(engine.alerts()).subject) == ("/var", "/var")
    engine.take_snapshot(snapshot(300 * 60, filesystems=(mount("/", 97.0),)))
    assert only(engine.alerts()).has_ended, "it is unmounted"


@pytest.mark.parametrize("known", [True, False])
def test_a_reboot_is_told_and_a_restarted_agent_is_not(known: bool) -> None:
    engine = Engine(rules())
    boots = ("11111111", "22222222") if known else ("unknown", "unknown")
    for at, boot, uptime in ((0, 0, 900.0), (10, 0, 910.0), (20, 1, 5.0)):
        run = f"{boots[boot]}-{at:08x}"  # the agent is restarted each time
        sample = replace(snapshot(at), boot_id=run, host=HostInfo(uptime_seconds=uptime))
        engine.take_snapshot(sample)
        assert [alert.rule for alert in engine.open()] == (["reboots"] if at == 20 else [])


# Rows of a hub


def row(node: str = "web", cpu: float = 10.0, state: str = "up", age: float = 1.0, **more: object) -> NodeStatus:
    return NodeStatus(node=node, state=state, age_seconds=age, cpu_busy_percent=cpu, **more)  # type: ignore[arg-type]


def test_a_stale_node_is_silent_and_its_alerts_unknown() -> None:
    engine = Engine(rules(QUICK))
    engine.take_rows([row(cpu=90.0, top_cpu="java")], START)
    assert only(engine.alerts()).culprit == "java"
    engine.take_rows([row(cpu=90.0, state="late", age=20.0)], START + 20)
    assert only(engine.alerts()).state == "unknown"
    engine.take_rows([row(cpu=90.0, state="stale", age=70.0)], START + 70)
    silent, cpu = sorted(engine.alerts(), key=lambda alert: alert.rule, reverse=True)
    assert (silent.rule, silent.severity, silent.state, silent.started_at) == ("silent", 2, "open", START)
    assert (cpu.rule, cpu.state) == ("cpu", "unknown")
    engine.take_rows([row(cpu=90.0)], START + 80)
    assert {(alert.rule, alert.state) for alert in engine.alerts()} == {("silent", "ended"), ("cpu", "open")}


def test_a_forgotten_node_ends_its_alerts() -> None:
    engine = Engine(rules(QUICK))
    engine.take_rows([row("a", 90.0), row("b", 90.0)], START)
    engine.take_rows([row("b", 90.0)], START + 2)
    assert {(alert.node, alert.state) for alert in engine.alerts()} == {("a", "ended"), ("b", "open")}


def test_rows_stand_for_the_time_between_them() -> None:
    engine = Engine(rules({"cpu": "85/75 for 10m"}))
    for index in range(300):
        engine.take_rows([row(cpu=90.0, fullest_filesystem="/srv", filesystem_used_percent=95.0)], START + 2 * index)
    found = {alert.rule: alert for alert in engine.alerts()}
    assert set(found) == {"cpu", "filesystem"}
    assert found["filesystem"].subject == "/srv"


# History


# Whatever comes

values = st.one_of(st.none(), st.floats(0, 100))


@given(st.lists(st.tuples(st.floats(-100, 5000), values), max_size=80), st.sampled_from([0, 20, 600]))
def test_any_order_of_time_and_any_gap(found: list[tuple[float, float | None]], seconds: int) -> None:
    def run() -> Engine:
        engine, at = Engine(rules({"cpu": f"85/75 for {seconds}s, critical 95/85"})), 0.0
        for step, value in found:
            at += step
            engine.take_snapshot(snapshot(at, value, interval=max(step, 0.0) or None))
            opened = [alert for alert in engine.open() if alert.rule == "cpu"]
            assert len(opened) <= 1
            for alert in engine.alerts():
                assert alert.severity in (1, 2)
                assert alert.started_at <= START + max(at, *(0.0, 0.0)) or alert.has_ended
                assert not alert.has_ended or (alert.ended_at or 0) >= alert.started_at
        return engine

    assert run().alerts() == run().alerts()


@given(st.lists(st.floats(76, 84.9), max_size=60))
def test_inside_the_band_an_alert_neither_begins_nor_ends(found: list[float]) -> None:
    assert not engine_of(found).alerts()
    opened = engine_of([86.0, *found])
    assert [alert.state for alert in opened.alerts()] == ["open"]
    assert opened.version == 1


def test_what_is_over_is_kept_for_a_while_only() -> None:
    engine = engine_of([90, 10] * (MOST_PAST + 20))
    assert len(engine.alerts()) == MOST_PAST


def test_a_machine_of_many_mounts_is_watched_in_part() -> None:
    engine = Engine(rules())
    engine.take_snapshot(snapshot(0, filesystems=tuple(mount(f"/m{n}", 99.0) for n in range(2000))))
    assert len(engine.open()) == 512
    assert replace(engine.open()[0], muted_until=1.0).needs_attention is False
