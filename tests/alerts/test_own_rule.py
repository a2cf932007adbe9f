"""A user's own rules: on any quantity, of some nodes and items, and on what no longer changes."""

from typing import Any

import pytest
from msgspec.structs import replace

from nodetop.alerts.engine import Engine
from nodetop.alerts.own_rule import OwnRule, own_rules
from nodetop.alerts.rule import Level, RuleError, levels
from nodetop.alerts.rules import MOST_OWN, rules
from nodetop.alerts.sample import OwnWatches
from nodetop.model.snapshot import (
    CpuMetrics,
    DiskMetrics,
    HostInfo,
    NetworkMetrics,
    NodeSnapshot,
    ProcessMetrics,
    ProcessSummary,
    SensorReading,
    TemperatureMetrics,
)

START = 1_700_000_000.0


def snapshot(**more: Any) -> NodeSnapshot:
    return NodeSnapshot(node="web-1", taken_at=START, interval=5.0, boot_id="b", **more)


def opened(table: dict[str, Any], *snapshots: NodeSnapshot) -> list[tuple[str, str, int]]:
    """Rule, item and severity of what is open after these samples, 5 s apart."""
    engine = Engine(rules({"mine": table}))
    for number, each in enumerate(snapshots):
        engine.take_snapshot(replace(each, taken_at=START + 5 * number, seq=number + 1))
    return sorted((alert.rule, alert.item, alert.severity) for alert in engine.open())


DISKS = snapshot(
    disks=(DiskMetrics(device="sda", utilisation_percent=99.0), DiskMetrics(device="nvme0n1", utilisation_percent=97.0))
)
NETWORKS = snapshot(
    networks=tuple(NetworkMetrics(interface=name, receive_bytes_per_second=60e6) for name in ("eth0", "eth1"))
)
WARM = snapshot(temperature=TemperatureMetrics(sensors=(SensorReading(chip="nvme", label="Composite", celsius=45.0),)))
PROCESSES = snapshot(processes=ProcessSummary(total=1, rows=(ProcessMetrics(pid=1, name="nginx"),)))


@pytest.mark.parametrize(
    ("table", "sample", "expected"),
    [
        ({"value": "utilisation", "limit": "95/90"}, DISKS, [("mine", "nvme0n1", 1), ("mine", "sda", 1)]),
        ({"value": "util", "limit": "95, critical 98", "disk": "sd*"}, DISKS, [("mine", "sda", 2)]),
        ({"value": "receive", "limit": "100M/80M"}, NETWORKS, [("mine", "", 1)]),
        ({"value": "receive", "limit": "50M", "interface": ["eth1"]}, NETWORKS, [("mine", "eth1", 1)]),
        ({"process": "nginx", "limit": "1", "below": True, "severity": "critical"}, PROCESSES, [("mine", "nginx", 2)]),
        ({"process": "redis", "limit": "0", "below": True}, PROCESSES, [("mine", "redis", 1)]),
        ({"process": "nginx", "limit": "0", "below": True}, PROCESSES, []),
        ({"value": "load_5m", "limit": "4"}, snapshot(cpu=CpuMetrics(load_5m=5.0)), [("mine", "", 1)]),
        (
            {"value": "temperature", "limit": "40", "sensor": "nvme*"},
            WARM,
            [("mine", "nvme Composite", 1)],
        ),
        ({"value": "utilisation", "limit": "95", "node": "db-*"}, DISKS, []),
        ({"value": "utilisation", "limit": "95", "except": "web-1"}, DISKS, []),
        ({"value": "utilisation", "limit": "95 for 1m"}, DISKS, []),
    ],
)  # fmt: skip
def test_it_is_judged_where_it_holds(table: dict[str, Any], sample: NodeSnapshot, expected: object) -> None:
    assert opened(table, sample) == expected


@pytest.mark.parametrize(
    ("value", "sample", "named"),
    [
        ("write", snapshot(disks=(DiskMetrics(device="sda", write_bytes_per_second=9e7),)), "dd (2) in backup.service"),
        ("utilisation", snapshot(disks=(DiskMetrics(device="sda", utilisation_percent=99.0),)),
         "dd (2) in backup.service"),
        ("load_5m", snapshot(cpu=CpuMetrics(load_5m=90.0)), "gcc (1)"),
        ("receive", snapshot(networks=(NetworkMetrics(interface="eth0", receive_bytes_per_second=9e7),)), ""),
    ],
)  # fmt: skip
def test_it_names_who_was_on_top_by_what_it_is_about(value: str, sample: NodeSnapshot, named: str) -> None:
    rows = (
        ProcessMetrics(pid=1, name="gcc", cpu_percent=90.0, write_bytes_per_second=0.0),
        ProcessMetrics(pid=2, name="dd", cpu_percent=5.0, write_bytes_per_second=9e7, container="backup.service"),
    )
    engine = Engine(rules({"mine": {"value": value, "limit": "50"}}))
    engine.take_snapshot(replace(sample, processes=ProcessSummary(total=2, rows=rows), seq=1))
    assert [alert.culprit or "" for alert in engine.open()] == [named]


def test_of_the_top_processes_alone_a_missing_one_is_not_known() -> None:
    top = snapshot(processes=ProcessSummary(total=200, rows=(ProcessMetrics(pid=1, name="nginx"),)))
    assert opened({"process": "redis", "limit": "0", "below": True}, top) == []


def test_a_value_that_stopped_changing() -> None:
    table = {"value": "processes", "unchanged": "1m"}
    moving = [snapshot(processes=ProcessSummary(total=total)) for total in range(10)]
    still = [snapshot(processes=ProcessSummary(total=9))] * 12
    assert opened(table, *moving, *still[:11]) == []
    assert opened(table, *moving, *still) == [("mine", "", 1)]
    assert opened(table, *moving, *still, moving[0]) == []


def test_a_reboot_is_an_alert_of_its_own() -> None:
    engine = Engine(rules())
    for number, boot in enumerate(["a", "a", "b"]):
        engine.take_snapshot(replace(snapshot(), boot_id=boot, taken_at=START + number * 5, seq=number))
    assert [alert.rule for alert in engine.open()] == ["reboots"]
    engine.take_snapshot(replace(snapshot(), boot_id="b", taken_at=START + 1900, seq=9))
    assert engine.open() == []


def test_own_rules_set_no_marks_and_keep_their_title() -> None:
    found = rules({"busy": {"value": "cpu", "limit": "70/60 for 5m, critical 90", "title": "web is busy"}, "cpu": "50"})
    own = found["busy"]
    assert isinstance(own, OwnRule)
    assert (own.kind.what, own.warning, own.critical, own.seconds) == ("web is busy", Level(70, 60), Level(90, 90), 300)
    assert levels(found)["cpu"] == (50, None)
    assert "busy" not in levels(found)


@pytest.mark.parametrize(
    ("table", "path", "reason"),
    [
        ({}, "value", "must be one of: cpu, iowait"),
        ({"value": "cpu"}, "limit", 'must be a text like "90/80 for 5m'),
        ({"value": "cpu", "limit": 90}, "limit", ""),
        ({"value": "cpu", "limit": "60/70"}, "limit", "cannot clear above"),
        ({"value": "cpu", "limit": "90", "disk": "sda"}, "disk", "does not go with the value cpu"),
        ({"value": "process", "limit": "1"}, "process", "must be the name of the program"),
        ({"value": "cpu", "limit": "90", "colour": "red"}, "colour", "is not known; known: value, limit"),
        ({"value": "cpu", "limit": "90", "node": 5}, "node", "must be a text or a list"),
        ({"value": "cpu", "limit": "90", "severity": "fatal"}, "severity", "must be warning or critical"),
        ({"value": "cpu", "unchanged": "soon"}, "unchanged", "must be a time"),
        ({"value": "cpu", "unchanged": "1h", "limit": "9"}, "unchanged", "does not go with limit"),
        ({"value": "silent", "limit": "9"}, "value", "must be one of"),
    ],
)
def test_what_is_wrong_says_where_and_what_is_allowed(table: dict[str, Any], path: str, reason: str) -> None:
    with pytest.raises(RuleError) as wrong:
        rules({"mine": table})
    assert wrong.value.path == ("mine", path)
    assert reason in str(wrong.value)


def test_a_rule_has_a_name_of_its_own() -> None:
    for name in ("cpu", "mem", "Web Busy", "x" * 65, ""):
        with pytest.raises(RuleError, match="needs another name"):
            rules({name: {"value": "cpu", "limit": "90"}})


def test_no_rule_is_left_out_in_silence() -> None:
    table = {f"rule_{number}": {"value": "cpu", "limit": "90"} for number in range(MOST_OWN)}
    assert len(list(own_rules(rules(table)))) == MOST_OWN
    with pytest.raises(RuleError, match="at most 200 rules of your own") as wrong:
        rules(table | {"more": {"value": "cpu", "limit": "90"}})
    assert wrong.value.path == ("more",)


def test_nodes_share_what_takes_their_values() -> None:
    found = rules(
        {f"rule_{number}": {"value": "cpu", "limit": "90"} for number in range(3)}
        | {"web": {"value": "cpu", "limit": "90", "node": "web-*"}}
    )
    own = OwnWatches(found)
    assert own.of("c", "web-1") is own.of("c", "web-2")
    assert [id(each) for each in own.of("c", "db-1")] == [id(each) for each in own.of("c", "web-1")[:3]]


def test_a_recording_has_the_tags_of_its_hosts() -> None:
    engine = Engine(rules({"web": {"value": "cpu", "limit": "90", "tag": "role=web"}, "cpu": False}))
    sample = replace(snapshot(), cpu=CpuMetrics(busy_percent=95.0))
    engine.take_snapshot(replace(sample, host=HostInfo(hostname="n", tags=("role=db",))))
    assert engine.open() == []
    engine.take_snapshot(replace(sample, taken_at=START + 5, host=HostInfo(hostname="n", tags=("role=web",))))
    assert [alert.rule for alert in engine.open()] == ["web"]
