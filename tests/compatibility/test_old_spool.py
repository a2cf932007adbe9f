"""Samples that waited on a node as an earlier nodetop left them: read by the spool, and sent by a real node."""

from pathlib import Path

from nodetop.base.clock import FakeClock
from nodetop.model import wire
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.uplink.spool import Spool
from tests.compatibility.known import NOON
from tests.compatibility.old_files import copied, server_at
from tests.server.servers import until


def waiting(spool: Spool) -> list[tuple[str, NodeSnapshot]]:
    """Takes all that waits, oldest first, with the clusters that it is for."""
    found = []
    while ticket := spool.oldest(60, 1 << 20):
        found += [(each.cluster, wire.decode_snapshot(each.json)) for each in ticket.samples]
        spool.done(ticket)
    return found


def test_whole_and_old_samples_of_a_killed_node_are_read(tmp_path: Path) -> None:
    spool = Spool(copied("node/spool", tmp_path / "spool"), clock=FakeClock(wall=NOON + 300))
    # Two were in the log of whole samples still when they had come to the backlog: that may be after a kill.
    assert (len(spool), spool.dropped, spool.disk_problem) == (8, 0, None)
    found = [each for _, each in waiting(spool)]
    assert [each.seq for each in found] == [2, 3, 2, 3, 4, 5, 6, 7]
    assert [each.taken_at for each in found][-2:] == [1769860856.5018158, 1769860870.4993596]
    for each in found:
        assert (each.node, each.boot_id) == ("node-a", "0d9b3a52-1fec2961")
        assert each.cpu is not None and each.cpu.busy_percent == 35.294117647058826
        assert each.memory is not None and each.memory.used_percent == 75.0
        assert each.processes is not None
        assert (each.processes.total, each.processes.rows) == (3, ())  # older than a minute: without its processes
    assert (len(spool), spool.dropped) == (0, 0)
    spool.close()


def test_a_spool_of_which_a_part_was_sent_is_read(tmp_path: Path) -> None:
    spool = Spool(copied("spool-partly-sent", tmp_path / "spool"), clock=FakeClock(wall=NOON + 300))
    assert [(cluster, each.seq) for cluster, each in waiting(spool)] == [
        ("", 3),
        ("lab", 4),
        ("", 5),
        ("lab", 6),
        ("", 7),
        ("lab", 8),
        ("", 9),
    ]
    assert spool.dropped == 0
    spool.close()


def test_a_node_that_starts_again_sends_what_waited(tmp_path: Path) -> None:
    copied("node", tmp_path / "node" / "data" / "node")
    hub_role = ("--listen", "127.0.0.1:0", "--node-name", "hub", "--interval", "3600")
    with server_at(NOON + 600, tmp_path / "hub", *hub_role) as hub, hub.client() as client:
        role = (
            "--join",
            hub.url,
            "--token-file",
            hub.hub / "push.token",
            "--node-name",
            "node-a",
            "--interval",
            "3600",
        )
        path = "/api/v2/clusters/default/node-metrics/node-a/history"

        def samples() -> int:
            reply = client.get(path, params={"since": NOON, "until": NOON + 300, "step": 300})
            return sum(each["samples"] for each in reply.json().get("points", ()))

        with server_at(NOON + 600, tmp_path / "node", *role) as node:
            until(lambda: samples() == 6, lambda: node.log)
            assert node.end() == 0
        (point,) = client.get(path, params={"since": NOON, "until": NOON + 300, "step": 300}).json()["points"]
        assert point["samples"] == 6  # the two that were there twice count once
        assert round(point["cpu_busy_percent"]["mean"], 4) == 35.2941
        assert point["oom_kills"] == 2
    assert not any((tmp_path / "node" / "data" / "node" / "spool" / "backlog").iterdir())
