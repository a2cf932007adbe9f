"""What a message says about what else happened on the node."""

from nodetop.alerts.alert import Alert
from nodetop.base.clock import FakeClock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.model.snapshot import HostInfo, NodeSnapshot
from nodetop.server.alerts.context import by_node, what_else
from nodetop.server.fleet.fleet import Fleet

NOW = 1_700_000_000.0


def alert(rule: str, at: float, node: str = "web", ended_at: float | None = None) -> Alert:
    return Alert(
        id=f"{rule:0>16}", cluster="c", node=node, rule=rule, value=91.0, started_at=NOW + at, ended_at=ended_at,
    )  # fmt: skip


def test_a_reboot_a_wrong_clock_and_other_alerts_of_the_node() -> None:
    clock = FakeClock(wall=NOW)
    fleet = Fleet(clock)
    host = HostInfo(boot_time=NOW - 200)
    sample = NodeSnapshot(node="web", taken_at=NOW - 20, boot_id="b", seq=1, host=host)
    fleet.take(SampleEnvelope(cluster="c", sample=sample, received_at=NOW, clock_skew_seconds=-3600.0))
    own = alert("cpu", 0)
    others = [own, alert("memory", -300), alert("swap", -3600), alert("iowait", -60, node="db")]
    assert what_else(by_node(others), fleet, own) == (
        "rebooted 3m 0s before its last sample", "its clock is wrong by 1h 0m", "memory used 91%",
    )  # fmt: skip
    assert what_else(by_node([own, alert("memory", -900, ended_at=NOW - 5)]), Fleet(clock), own) == (
        "memory used ended",
    )
