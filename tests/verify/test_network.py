"""The network: a known number of bytes is sent between two network namespaces through a veth pair, in both directions,
with packet loss made by tc, and over a bridge and a bond. The loopback interface is compared with sar and psutil.
nodetop's rate multiplied by the seconds between its two readings of the counters gives a number of bytes. On a link
without other traffic it must be equal to the growth of the kernel's counter, except for one packet of the protocol
itself. Compared with the bytes written into the socket, up to 5 % more are allowed for packet headers. For steady
traffic 2 % are allowed, because sar and nodetop start a few hundredths of a second apart."""

import json
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from tests.server.servers import until
from tests.verify.netns import Cable, End, cable, flow
from tests.verify.verdict import Notes
from tests.verify.watching import Snapshot, Snapshots, Watch, beside, elapsed, run, snapshot

SECONDS = 6
MIB = 2**20
SENT = 64 * MIB
HOUSEKEEPING = {"bytes": 512, "packets": 4}
FIELDS = {
    "rx_bytes": "receive_bytes_per_second", "rx_packets": "receive_packets_per_second",
    "tx_bytes": "transmit_bytes_per_second", "tx_packets": "transmit_packets_per_second",
}  # fmt: skip
WAYS = {"rx": "received", "tx": "sent"}


@pytest.fixture
def pair(need: Any) -> Iterator[Cable]:
    need("ip")
    with cable() as made:
        yield made


def of(snapshot_: Snapshot, interface: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in snapshot_["networks"] if each["interface"] == interface)
    return found


def moved(snapshots: Snapshots, interface: str, field: str) -> float:
    """Rates times the seconds they are over: how much passed."""
    return sum((of(each, interface)[field] or 0) * elapsed(each, "networks") for each in snapshots)


@pytest.mark.parametrize("way", ["there", pytest.param("back", marks=pytest.mark.long)])
def test_bytes_through_a_cable(way: str, pair: Cable, verdict: Notes) -> None:
    sender, taker = (pair.left, pair.right) if way == "there" else (pair.right, pair.left)
    with Watch(prefix=sender.inside) as here, Watch(prefix=taker.inside) as there:
        watches = {"tx": (sender, here), "rx": (taker, there)}
        for _, watch in watches.values():
            watch.next()
        before = {way: end.counted() for way, (end, _) in watches.items()}
        pair.transfer(sender, taker, SENT)
        after = {way: end.counted() for way, (end, _) in watches.items()}
        now = time.time()
        seen = {way: watch.until(now) for way, (_, watch) in watches.items()}
    for side, (end, _) in watches.items():
        for what, allowed in HOUSEKEEPING.items():
            passed = moved(seen[side], end.interface, FIELDS[f"{side}_{what}"])
            counted = after[side][f"{side}_{what}"] - before[side][f"{side}_{what}"]
            verdict(f"{what} {WAYS[side]}, {way} (kernel's counter)", passed, counted, allowed)
        passed = moved(seen[side], end.interface, FIELDS[f"{side}_bytes"])
        verdict(f"bytes {WAYS[side]}, {way} (through the socket)", passed, SENT, 0, "B", relative=0.05)


FLOOD = "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n" + (
    "for n in range(2000): s.sendto(bytes(1000), ('10.97.0.2', 9))"
)


@pytest.mark.long
def test_losses_by_tc(pair: Cable, need: Any, verdict: Notes) -> None:
    need("tc")
    tc = (*pair.left.inside, "tc")
    try:
        run(*tc, "qdisc", "add", "dev", "vl", "root", "netem", "loss", "20%")
        kind = "netem"
    except AssertionError:  # a kernel without it
        run(*tc, "qdisc", "add", "dev", "vl", "root", "tbf", "rate", "16mbit", "burst", "16kb", "limit", "64kb")
        kind = "tbf"

    def queue() -> dict[str, int]:
        (found,) = json.loads(run(*tc, "-s", "-j", "qdisc", "show", "dev", "vl"))
        return {name: found[name] for name in ("packets", "drops", "backlog")}

    with Watch(prefix=pair.left.inside) as here, Watch(prefix=pair.right.inside) as there:
        here.next(), there.next()
        pair.left.python(FLOOD)
        until(lambda: not queue()["backlog"], "all of it has left")
        now, told = time.time(), queue()
        seen, arrived = here.until(now), there.until(now)
    assert told["drops"] > 100, "some are lost"
    sent = moved(seen, "vl", "transmit_packets_per_second")
    received = moved(arrived, "vr", "receive_packets_per_second")
    verdict(f"packets sent of 2,000 that {kind} thinned out (tc -s)", sent, 2000 - told["drops"], 4)
    verdict(f"packets received of 2,000 that {kind} thinned out (tc -s)", received, 2000 - told["drops"], 4)


UNKNOWN = (
    "import socket\ns = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)\ns.bind(('vl', 0))\n"
    "for n in range(500): s.send(b'\\xff' * 6 + bytes(6) + b'\\x88\\xb5' + bytes(100))"
)


@pytest.mark.long
def test_drops_are_counted(pair: Cable, verdict: Notes) -> None:
    # Frames of a protocol that nobody takes: the kernel drops them at the receiving interface.
    pair.left.python(UNKNOWN)
    found = of(snapshot(prefix=pair.right.inside), "vr")["receive_drops"]
    verdict("drops at an interface (kernel's counter)", found, pair.right.counted()["rx_dropped"], 0)
    verdict("drops of 500 frames of no protocol", found, 500, 4)


NO_WAY = (
    "import socket\ns = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)\ns.bind(('vx0', 0))\n"
    "for n in range(300): s.send(b'\\xff' * 6 + bytes(6) + b'\\x08\\x00' + bytes(100))"
)


@pytest.mark.long
def test_errors_are_counted(pair: Cable, verdict: Notes) -> None:
    # A tunnel to where no route leads: each packet is an error in sending.
    pair.left.try_ip("link", "add", "vx0", "type", "vxlan", "id", "7", "remote", "203.0.113.9", "dstport", "4789")
    pair.left.hush("vx0")
    pair.left.ip("link", "set", "vx0", "up")
    pair.left.python(NO_WAY)
    found = of(snapshot(prefix=pair.left.inside), "vx0")
    verdict(
        "errors at an interface (kernel's counter)", found["transmit_errors"], pair.left.counted("vx0")["tx_errors"], 0
    )
    verdict("errors of 300 packets without a route", found["transmit_errors"], 300, 4)
    verdict("errors in receiving there", found["receive_errors"], 0, 0)


def total_received(pair: Cable, top: str, verdict: Notes) -> None:
    """Sends to the right end, whose address is that of `top`: each byte is in the total once."""
    pair.right.ip("route", "add", "default", "via", pair.left.address, "dev", top)
    with Watch(prefix=pair.right.inside) as watch:
        watch.next()
        before = pair.right.counted(top)["rx_bytes"]
        pair.transfer(pair.left, pair.right, SENT)
        counted = pair.right.counted(top)["rx_bytes"] - before
        seen = watch.until(time.time())
    summed = [each["interface"] for each in seen[-1]["networks"] if each["in_total"]]
    verdict(f"bytes received in all, over {top} (kernel's counter)", sum(
        moved(seen, name, "receive_bytes_per_second") for name in summed
    ), counted, 512, "B")  # fmt: skip
    verdict(f"bytes received in all, over {top} (through the socket)", sum(
        moved(seen, name, "receive_bytes_per_second") for name in summed
    ), SENT, 0, "B", relative=0.05)  # fmt: skip


def put_below(end: End, top: str) -> None:
    end.ip("address", "flush", "dev", end.interface)
    end.ip("link", "set", end.interface, "down")
    end.ip("link", "set", end.interface, "master", top)
    end.ip("address", "add", f"{end.address}/24", "dev", top)
    for name in (end.interface, top):
        end.ip("link", "set", name, "up")


@pytest.mark.long
def test_a_bridge_is_not_counted_twice(pair: Cable, verdict: Notes) -> None:
    pair.right.try_ip("link", "add", "br0", "type", "bridge")
    pair.right.hush("br0")
    put_below(pair.right, "br0")
    total_received(pair, "br0", verdict)


@pytest.mark.long
def test_a_bond_is_not_counted_twice(pair: Cable, verdict: Notes) -> None:
    pair.right.try_ip("link", "add", "bond0", "type", "bond", "mode", "active-backup")
    put_below(pair.right, "bond0")
    total_received(pair, "bond0", verdict)


@pytest.mark.long
def test_a_vlan_is_not_counted_twice(pair: Cable, verdict: Notes) -> None:
    for end in (pair.left, pair.right):
        end.try_ip("link", "add", "link", end.interface, "name", "vlan7", "type", "vlan", "id", "7")
        end.ip("address", "flush", "dev", end.interface)
        end.ip("address", "add", f"{end.address}/24", "dev", "vlan7")
        end.ip("link", "set", "vlan7", "up")
    total_received(pair, "vlan7", verdict)


@pytest.mark.long
def test_steady_traffic(need: Any, verdict: Notes) -> None:
    need("sar")

    def measure(note: Notes) -> None:
        with flow():
            both = beside(
                SECONDS,
                "sar",
                "-n",
                "DEV",
                str(SECONDS),
                "1",
                counted=lambda: psutil.net_io_counters(pernic=True)["lo"],
            )
        fields = next(line.split() for line in both.text.splitlines() if line.startswith("Average:") and " lo " in line)
        theirs = dict(zip(("rx_packets", "tx_packets", "rx_bytes", "tx_bytes"), map(float, fields[2:6]), strict=True))
        seconds = both.seconds("networks")
        for name, field in FIELDS.items():
            rate = both.over_time("networks", lambda each, field=field: of(each, "lo")[field])
            what = f"{name[3:]}/s {WAYS[name[:2]]}, lo"
            unit = 1024 if name.endswith("bytes") else 1
            note(f"{what} (sar -n DEV)", rate, unit * theirs[name], 2, relative=0.02)
            counter = f"{name[3:]}_{'recv' if name[:2] == 'rx' else 'sent'}"
            counted = (getattr(both.after, counter) - getattr(both.before, counter)) / seconds
            note(f"{what} (psutil)", rate, counted, 2, relative=0.02)

    verdict.settled(measure)
