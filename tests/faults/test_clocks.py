"""Clocks of nodes and of the hub that step while it runs."""

import time
from pathlib import Path

import pytest

from tests.faults.conftest import Fault
from tests.faults.test_disks import HUB, points
from tests.server.servers import COMMAND, Server, push, rows, sample, server, until

YEARS_10, DAYS_40 = 10 * 365 * 86_400.0, 40 * 86_400.0


LONG = pytest.mark.long


@pytest.mark.parametrize("step", [-3600.0, *(pytest.param(step, marks=LONG) for step in (3600.0, -YEARS_10, DAYS_40))])
def test_a_node_whose_clock_steps(step: float, tmp_path: Path, fault: Fault) -> None:
    with (
        fault(f"a node's clock is {step:+.0f} s off for some pushes", "its samples count once, at the hub's time"),
        server(tmp_path, *HUB) as hub,
        hub.client("push") as pusher,
        hub.client() as reader,
    ):
        for seq, off in enumerate((0, step, step, 0), 1):
            now = max(time.time() + off, 0.0)
            reply = push(pusher, sample("a", seq, taken_at=now), sent_at=now)
            assert reply.status_code == 200 and reply.json()["accepted"] == 1, reply.text
        assert points(hub, "a") == 4
        latest = reader.get("/api/v2/clusters/default/node-metrics/a").json()
        assert latest["seq"] == 4 and abs(latest["taken_at"] - time.time()) < 60
        assert hub.end() == 0


def stepping(file: Path) -> list[str]:
    """The command of a hub whose clock is as many seconds off as the file says."""
    patch = f"import time; now = time.time; time.time = lambda: now() + float(open({str(file)!r}).read())\n"
    return [*COMMAND[:-1], patch + COMMAND[-1]]


def counted(hub: Server, node: str) -> int:
    """Samples of a node in history at any time from 20 years ago to 20 years ahead."""
    window = {"since": time.time() - 2 * YEARS_10, "until": time.time() + 2 * YEARS_10, "step": 7 * 86_400}
    with hub.client() as reader:
        reply = reader.get(f"/api/v2/clusters/default/node-metrics/{node}/history", params=window)
        assert reply.status_code == 200, reply.text
        return sum(point["samples"] for point in reply.json()["points"])


@pytest.mark.parametrize("step", [-YEARS_10, *(pytest.param(step, marks=LONG) for step in (-3600.0, 3600.0, DAYS_40))])
def test_a_hub_whose_clock_steps(step: float, tmp_path: Path, fault: Fault) -> None:
    off = tmp_path / "off"

    def set_clock(seconds: float) -> None:
        new = off.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(off)

    set_clock(0)
    with fault(
        f"the hub's clock steps by {step:+.0f} s and back while it runs, and it is started again",
        "each sample counts once; the latest is shown, and is not younger than now",
    ):
        seq = 0
        for clocks in ((0, step, 0), (step, 0)):
            with (
                server(tmp_path / "hub", *HUB, command=stepping(off)) as hub,
                hub.client("push") as pusher,
                hub.client() as reader,
            ):
                for seconds in clocks:
                    set_clock(seconds)
                    for _ in range(3):
                        seq += 1
                        reply = push(pusher, sample("a", seq))
                        assert reply.status_code == 200 and reply.json()["accepted"] == 1, reply.text
                    latest = reader.get("/api/v2/clusters/default/node-metrics/a").json()
                    assert latest["seq"] == seq
                    row = until(lambda reader=reader: rows(reader).get("default/a"))
                    assert row["age_seconds"] >= 0 and row["state"] == "up", row
                assert counted(hub, "a") == seq
                assert hub.end() == 0
