"""Known bytes through a pair of interfaces between two namespaces, both ways, with losses, and over a bridge."""

import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.verify.watching import Snapshots, beside, run, snapshots_of, start_nodetop

SECONDS = 6
MIB = 2**20
SENT = 64 * MIB
SEND = textwrap.dedent("""
    import socket, sys
    peer = socket.create_connection((sys.argv[1], 5001))
    left = int(sys.argv[2])
    while left:
        left -= peer.send(bytes(min(left, 65536)))
    peer.shutdown(socket.SHUT_WR)
    peer.recv(1)
""")
TAKE = textwrap.dedent("""
    import socket
    server = socket.create_server(("0.0.0.0", 5001))
    print("ready", flush=True)
    peer, _ = server.accept()
    while peer.recv(65536):
        pass
    peer.close()
""")


@dataclass
class Pair:
    """Two namespaces that see each other as 10.97.0.1 and 10.97.0.2."""

    left: str
    right: str

    def inside(self, space: str, *command: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(["ip", "netns", "exec", space, *command], stdout=subprocess.PIPE, text=True)

    def counted(self, space: str, interface: str, name: str) -> int:
        """The kernel's own counter."""
        path = f"/sys/class/net/{interface}/statistics/{name}"
        return int(run("ip", "netns", "exec", space, "cat", path))


@pytest.fixture
def pair(need: Callable[..., None]) -> Iterator[Pair]:
    need("ip")
    left, right = (f"ntv{os.getpid()}{side}" for side in "lr")
    if subprocess.run(["ip", "netns", "add", left], capture_output=True).returncode:
        pytest.skip("network namespaces cannot be made here (needs root)")
    try:
        run("ip", "netns", "add", right)
        run("ip", "-n", left, "link", "add", "va", "type", "veth", "peer", "name", "vb", "netns", right)
        for space, interface, number in ((left, "va", 1), (right, "vb", 2)):
            run("ip", "-n", space, "address", "add", f"10.97.0.{number}/24", "dev", interface)
            run("ip", "-n", space, "link", "set", interface, "up")
            run("ip", "-n", space, "link", "set", "lo", "up")
        yield Pair(left, right)
    finally:
        for space in (left, right):
            subprocess.run(["ip", "netns", "delete", space], capture_output=True)


def moved(snapshots: Snapshots, interface: str, field: str) -> float:
    """Rates over their intervals: how much passed."""
    return sum(
        network[field] * each["interval"]
        for each in snapshots
        for network in each["networks"]
        if network["interface"] == interface and network[field] is not None
    )


def transfer(pair: Pair, sender: str, taker: str, address: str) -> None:
    with pair.inside(taker, sys.executable, "-c", TAKE) as take:
        assert take.stdout is not None and take.stdout.readline() == "ready\n"
        with pair.inside(sender, sys.executable, "-c", SEND, address, str(SENT)) as send:
            assert send.wait(timeout=60) == 0
        assert take.wait(timeout=60) == 0


@pytest.mark.parametrize("way", ["there", pytest.param("back", marks=pytest.mark.long)])
def test_bytes_through_a_pair(way: str, pair: Pair, verdict: Callable[..., None]) -> None:
    sender, taker, address = (
        (pair.left, pair.right, "10.97.0.2") if way == "there" else (pair.right, pair.left, "10.97.0.1")
    )
    names = {pair.left: "va", pair.right: "vb"}
    watch = start_nodetop(SECONDS, prefix=("ip", "netns", "exec", taker))
    begun = pair.counted(taker, names[taker], "rx_bytes")
    wait_for_first_sample(watch)
    transfer(pair, sender, taker, address)
    counted = pair.counted(taker, names[taker], "rx_bytes") - begun
    ours = snapshots_of(watch)
    received = moved(ours, names[taker], "receive_bytes_per_second")
    verdict(f"bytes received, {way} (kernel's counter)", received, counted, 4096, "B", relative=0.01)
    # Headers of frames and packets come on top of what was sent.
    verdict(f"bytes received, {way} (sent through the socket)", received, SENT, 0, "B", relative=0.05)


def wait_for_first_sample(watch: "subprocess.Popen[str]") -> None:
    """Until the process has read the counters once: Python's start and a first sample take this much CPU."""
    deadline = time.monotonic() + 20
    while _cpu_seconds(watch.pid) < 0.1 and time.monotonic() < deadline:
        os.sched_yield()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.long
def test_drops_are_counted(pair: Pair, verdict: Callable[..., None]) -> None:
    # Frames of a protocol that nobody takes: the kernel drops them at the receiving interface. (What a queueing
    # discipline of tc drops is in its own statistics, not in the interface's.)
    flood = (
        "import socket\ns = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)\ns.bind(('va', 0))\n"
        "for n in range(500): s.send(b'\\xff' * 6 + bytes(6) + b'\\x88\\xb5' + bytes(100))"
    )
    with pair.inside(pair.left, sys.executable, "-c", flood) as send:
        assert send.wait(timeout=60) == 0
    ours = snapshots_of(start_nodetop(1, prefix=("ip", "netns", "exec", pair.right)))
    found: dict[str, Any] = next(each for each in ours[0]["networks"] if each["interface"] == "vb")
    dropped = pair.counted(pair.right, "vb", "rx_dropped")
    verdict("drops at an interface (kernel's counter)", found["receive_drops"], dropped, 0)
    verdict("frames of no protocol, all dropped", found["receive_drops"], 500, 10)


def test_a_bridge_is_not_counted_twice(pair: Pair, verdict: Callable[..., None]) -> None:
    for command in (
        ("link", "add", "br0", "type", "bridge"), ("link", "set", "br0", "up"), ("link", "set", "vb", "master", "br0"),
    ):  # fmt: skip
        done = subprocess.run(["ip", "-n", pair.right, *command], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no bridge can be made here: {done.stderr.strip()[:80]}")
    ours = snapshots_of(start_nodetop(1, prefix=("ip", "netns", "exec", pair.right)))
    summed = [each["interface"] for each in ours[0]["networks"] if each["in_total"]]
    verdict("br0 and its member both in the total", float({"br0", "vb"} <= set(summed)), 0, 0)


@pytest.mark.long
def test_rates_against_sar(need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("sar")
    stop = False
    server = socket.create_server(("127.0.0.1", 0))
    sender = socket.create_connection(server.getsockname())
    taker, _ = server.accept()
    with server, sender, taker:

        def flow() -> None:
            while not stop:
                sender.send(bytes(8192))
                time.sleep(0.002)

        def drain() -> None:
            while taker.recv(65536):
                pass

        threads = [threading.Thread(target=flow), threading.Thread(target=drain)]
        for thread in threads:
            thread.start()
        ours, text = beside(SECONDS, "sar", "-n", "DEV", "1", str(SECONDS))
        stop = True
        threads[0].join()
        sender.shutdown(socket.SHUT_WR)
        threads[1].join()
    fields = next(line.split() for line in text.splitlines() if line.startswith("Average:") and " lo " in line)
    rate = moved(ours, "lo", "receive_bytes_per_second") / sum(each["interval"] for each in ours)
    verdict("bytes/s of lo (sar -n DEV)", rate, 1024 * float(fields[4]), 4096, "B", relative=0.05)
    packets = moved(ours, "lo", "receive_packets_per_second") / sum(each["interval"] for each in ours)
    verdict("packets/s of lo (sar -n DEV)", packets, float(fields[2]), 5, "", relative=0.05)
