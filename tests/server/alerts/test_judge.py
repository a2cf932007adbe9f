"""Samples of nodes in, a board out: in order, late, silent, and after a restart."""

from typing import Any

import pytest

from nodetop.alerts.alert import Alert
from nodetop.alerts.rule import rules
from nodetop.base.clock import FakeClock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.model import wire
from nodetop.model.snapshot import CpuMetrics, FilesystemMetrics, NodeSnapshot
from nodetop.server.alerts.board import HubBoard
from nodetop.server.alerts.judge import QUIET_START_SECONDS, Judge
from nodetop.server.alerts.node_judge import StoredJudge
from nodetop.server.fleet.fleet import Fleet

START = 1_700_000_000.0
RULES = rules({"cpu": "80/70 for 1m"})


class Hub:
    """A judge, its board and a fleet, with a clock of their own."""

    def __init__(self, before: "Hub | None" = None) -> None:
        self.clock = before.clock if before else FakeClock(wall=START)
        self.board, self.fleet = HubBoard(), Fleet(self.clock)
        self.judge = Judge(RULES, self.board, self.clock)
        if before is not None:  # as from the disk
            stored = wire.encode(before.judge.stored())
            self.board.restore(before.board.raw(), before.board.handling)
            self.judge.restore(wire.decode(stored, tuple[StoredJudge, ...]))

    def push(
        self, seq: int, at: float, disk: float | None = None, cpu: float | None = None, node: str = "web"
    ) -> SampleEnvelope:
        """A sample taken `at` seconds after START, received now."""
        mounts = (FilesystemMetrics(device="d", mount_point="/srv", fs_type="ext4", used_percent=disk),)
        sample = NodeSnapshot(
            node=node, taken_at=START + at, interval=5.0, boot_id="b", seq=seq,
            cpu=CpuMetrics(busy_percent=cpu), filesystems=mounts if disk is not None else None,
        )  # fmt: skip
        envelope = SampleEnvelope(cluster="c", sample=sample, received_at=self.clock.wall())
        self.fleet.take(envelope)
        self.judge.take(envelope)
        return envelope

    def sweep(self, seconds: float = 0.0) -> None:
        self.clock.advance(seconds)
        self.fleet.sweep()
        self.judge.sweep(self.fleet)

    def changes(self) -> list[tuple[str, str, bool]]:
        """Kind and rule of what changed since the last call, and whether it is marked as late."""
        return [(each.kind, each.alert.rule, each.alert.is_late) for each in self.board.take_changes()]

    def alerts(self) -> list[Alert]:
        return self.board.alerts(self.clock.wall())

    def only(self) -> Alert:
        (alert,) = self.alerts()
        return alert


@pytest.fixture
def hub() -> Hub:
    return Hub()


def test_every_mount_is_judged_and_an_alert_opens_and_ends_once(hub: Hub) -> None:
    for seq, disk in enumerate([50.0, 95.0, 96.0, 99.0, 85.0, 70.0], 1):
        hub.push(seq, seq * 5.0, disk)
    assert [(each.kind, each.alert.severity) for each in hub.board.take_changes()] == [
        ("opened", 1), ("severity", 2), ("severity", 1), ("ended", 2),
    ]  # fmt: skip
    alert = hub.only()
    assert (alert.cluster, alert.node, alert.rule, alert.item) == ("c", "web", "filesystem", "/srv")
    assert (alert.started_at, alert.ended_at, len(alert.id)) == (START + 10, START + 30, 16)


def test_a_silent_node_is_an_alert_that_ends_with_its_next_sample(hub: Hub) -> None:
    hub.clock.advance(QUIET_START_SECONDS)
    at = QUIET_START_SECONDS
    hub.push(1, at, 95.0)
    hub.sweep(30)
    assert hub.changes() == [("opened", "filesystem", False)]
    assert hub.only().state == "unknown"
    hub.sweep(31)
    assert hub.changes() == [("opened", "silent", False)]
    hub.sweep(100)
    assert hub.changes() == []
    hub.push(2, at + 161, 95.0)
    assert hub.changes() == [("ended", "silent", False)]
    assert [alert.state for alert in hub.alerts() if alert.rule == "filesystem"] == ["open"]


def test_a_removed_node_has_no_open_alerts(hub: Hub) -> None:
    hub.push(1, 0, 95.0)
    hub.fleet.remove(("c", "web"))
    hub.sweep()
    assert [kind for kind, _, _ in hub.changes()] == ["opened", "ended"]


def test_nodes_are_not_silent_just_because_the_hub_was_away(hub: Hub) -> None:
    hub.push(1, 0, 50.0)
    hub.clock.advance(3600)
    again = Hub(hub)
    again.fleet.take(SampleEnvelope(cluster="c", sample=_sample(0), received_at=START))
    again.sweep(QUIET_START_SECONDS - 1)
    assert again.changes() == []
    again.sweep(2)
    assert again.changes() == [("opened", "silent", False)]


def _sample(at: float, **more: Any) -> NodeSnapshot:
    return NodeSnapshot(node="web", taken_at=START + at, boot_id="b", seq=1, **more)


# Restarts


def test_after_a_restart_nothing_opens_twice_and_a_duration_goes_on(hub: Hub) -> None:
    sent = [hub.push(seq, seq * 5.0, 95.0, cpu=99.0) for seq in range(1, 8)]
    assert hub.changes() == [("opened", "filesystem", False)]
    again = Hub(hub)
    for envelope in sent:  # the journal has them all
        again.judge.take(envelope)
    assert again.changes() == []
    for seq in range(8, 13):
        again.push(seq, seq * 5.0, 95.0, cpu=99.0)
    assert again.changes() == [("opened", "cpu", False)], "35 of the 60 seconds were before the restart"
    started = {alert.rule: alert.started_at for alert in again.alerts()}
    assert started == {"filesystem": START + 5, "cpu": START + 5}


def test_an_alert_whose_opening_was_not_written_opens_with_the_same_id(hub: Hub) -> None:
    before = Hub(hub)
    first = hub.push(1, 5.0, 95.0)
    before.judge.take(first)
    assert before.only().id == hub.only().id


def test_what_ended_while_the_hub_was_down_ended_at_its_own_time(hub: Hub) -> None:
    hub.push(1, 0, 95.0)
    hub.changes()
    again = Hub(hub)
    again.clock.advance(600)
    again.push(100, 600, 50.0)  # the newest sample is sent first
    assert again.changes() == [("ended", "filesystem", False)]
    assert again.only().ended_at == START + 600
    for seq in range(2, 100):
        again.push(seq, seq * 6.0, 95.0 if seq < 50 else 50.0)
    assert again.only().ended_at == START + 300
    assert again.changes() == []


def test_a_mean_that_ended_while_the_hub_was_down(hub: Hub) -> None:
    for seq in range(1, 20):
        hub.push(seq, seq * 5.0, cpu=99.0)
    assert hub.changes() == [("opened", "cpu", False)]
    again = Hub(hub)
    again.clock.advance(1000)
    again.push(201, 1005, cpu=1.0)
    assert again.changes() == []
    for seq in range(20, 201):
        again.push(seq, seq * 5.0, cpu=99.0 if seq < 40 else 1.0)
    assert again.changes() == [("ended", "cpu", False)]
    assert 195 < (again.only().ended_at or 0) - START < 260


# Backlogs


def test_what_began_and_ended_in_a_backlog_is_one_late_alert(hub: Hub) -> None:
    hub.push(1, 0, 50.0)
    hub.clock.advance(600)
    hub.push(121, 600, 50.0)
    for seq in range(2, 121):
        hub.push(seq, seq * 5.0 - 5, 95.0 if 20 < seq <= 40 else 50.0)
    (change,) = hub.board.take_changes()
    assert (change.kind, change.is_new, change.alert.is_late) == ("ended", True, True)
    assert (change.alert.started_at, change.alert.ended_at) == (START + 100, START + 200)


def test_what_began_in_a_backlog_and_goes_on_began_in_its_own_time(hub: Hub) -> None:
    hub.push(1, 0, 50.0, cpu=1.0)
    hub.clock.advance(600)
    hub.push(121, 600, 95.0, cpu=99.0)
    assert hub.changes() == [("opened", "filesystem", False)]
    for seq in range(2, 121):
        hub.push(seq, seq * 5.0 - 5, 95.0 if seq > 40 else 50.0, cpu=99.0 if seq > 40 else 1.0)
    assert hub.changes() == [("opened", "cpu", True)]
    started = {alert.rule: alert.started_at for alert in hub.alerts()}
    assert started["filesystem"] == START + 200
    assert 195 <= started["cpu"] - START <= 200
    hub.push(122, 605, 50.0, cpu=99.0)
    assert hub.changes() == [("ended", "filesystem", False)]


def test_samples_that_changed_places_are_no_backlog(hub: Hub) -> None:
    hub.push(1, 0, 50.0)
    hub.push(3, 10, 50.0)
    hub.push(2, 5, 99.0)
    assert hub.changes() == []


# Clocks


def test_a_clock_set_back_an_hour_neither_opens_nor_ends(hub: Hub) -> None:
    for seq in range(1, 20):
        hub.push(seq, seq * 5.0, 95.0, cpu=99.0)
    assert [rule for _, rule, _ in hub.changes()] == ["filesystem", "cpu"]
    hub.clock.step(-3600)
    for seq in range(20, 40):
        hub.push(seq, seq * 5.0 - 3600, 95.0, cpu=99.0)
        hub.sweep(5)
    assert hub.changes() == []
    assert len(hub.alerts()) == 2


def test_a_value_that_flaps_around_its_limit_for_an_hour_is_one_alert(hub: Hub) -> None:
    for seq in range(1, 721):
        hub.push(seq, seq * 5.0, 91.0 if seq % 2 else 89.0)
    assert hub.changes() == [("opened", "filesystem", False)]
