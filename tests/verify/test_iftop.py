"""iftop's text mode at one end of a cable with steady traffic, over the same ten seconds but for some tenths of one, as
iftop counts in lots of two: 5 % are allowed. iftop counts packets as the Internet protocol does, nodetop as the kernel
counts them at the interface, with the 14 bytes of Ethernet before each: those are taken off here."""

import re
import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest

from tests.verify.netns import PORT, TAKE, Cable, cable
from tests.verify.test_network import of
from tests.verify.verdict import Notes
from tests.verify.watching import ENVIRONMENT, Snapshot, Watch, elapsed, ready, weighted

pytestmark = pytest.mark.long
SECONDS = 12
MEAN_SECONDS = 10
"""Those of iftop's second column."""
ETHERNET_BYTES = 14
UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}
STEADY = textwrap.dedent(f"""
    import socket, sys, time
    peer = socket.create_connection((sys.argv[1], {PORT}))
    print("ready", flush=True)
    due = time.monotonic()
    while True:
        peer.sendall(bytes(20_000))
        due += 0.01
        time.sleep(max(due - time.monotonic(), 0))
""")


def rates(text: str) -> dict[str, float]:
    """Bytes per second of the last ten seconds, by way."""
    found = re.findall(r"^Total (send|receive) rate: +\S+ +([\d.]+)([KMG]?B)", text, re.M)
    return {way: float(number) * UNITS[unit] for way, number, unit in found}


def bytes_in_packets(snapshot: Snapshot, way: str) -> float:
    """Per second, without the headers of Ethernet."""
    row = of(snapshot, "vl")
    rate: float = row[f"{way}_bytes_per_second"] - ETHERNET_BYTES * row[f"{way}_packets_per_second"]
    return rate


def beside_iftop(pair: Cable, note: Notes) -> None:
    command = [*pair.left.inside, "iftop", "-t", "-s", str(SECONDS), "-n", "-N", "-P", "-B", "-i", "vl"]
    quiet = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True, "env": ENVIRONMENT}
    with (
        ready(*pair.right.inside, sys.executable, "-c", TAKE),
        ready(*pair.left.inside, sys.executable, "-c", STEADY, pair.right.address),
        Watch(prefix=pair.left.inside) as watch,
    ):
        watch.next()
        with subprocess.Popen(command, stdout=subprocess.PIPE, **quiet) as theirs:  # type: ignore[call-overload]
            ours = [watch.next() for _ in range(SECONDS)][-MEAN_SECONDS:]
            text, complaints = theirs.communicate(timeout=60)
    assert theirs.returncode == 0, complaints
    told = rates(text)
    for way, ours_name in (("send", "transmit"), ("receive", "receive")):
        mean = weighted([(bytes_in_packets(each, ours_name), elapsed(each, "networks")) for each in ours])
        note(f"bytes/s through a cable, {way} (iftop)", mean, told[way], 100, "B", relative=0.05)


def test_steady_traffic_through_a_cable(need: Callable[..., None], verdict: Notes) -> None:
    need("iftop", "ip")
    with cable() as pair:
        verdict.settled(lambda note: beside_iftop(pair, note))
