"""Four hosts in network namespaces. What the hub reports of each node must be what the node reports, also after its
link was cut and the hub was killed. The hub's sample is up to a second older than the node's own, so 64 MiB, an update
of the load average and a few processes may differ, and as much as changed between two of the node's own samples around
it. States depend on the age of a sample, and change between two answers of the hub; no samples may be missing."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.server.servers import Server, until
from tests.verify.verdict import Notes
from tests.verify.watching import run, snapshot

HUB = "10.98.0.1"
NODES = ("n1", "n2", "n3")
FAST = ("--interval", 1, "--sample-interval", 5)
LATE_SECONDS, STALE_SECONDS = 15, 60
LONGEST_LATER_SECONDS = 30


class Lab:
    """A namespace for the hub and one for each node, joined to it by a cable of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mark = f"nt{os.getpid()}"

    def space(self, name: str) -> str:
        return f"{self.mark}{name}"

    def build(self) -> None:
        for name in ("hub", *NODES):
            run("ip", "netns", "add", self.space(name))
            run("ip", "-n", self.space(name), "link", "set", "lo", "up")
        run("ip", "-n", self.space("hub"), "address", "add", f"{HUB}/32", "dev", "lo")
        for number, name in enumerate(NODES, 1):
            hub, node = self.space("hub"), self.space(name)
            run("ip", "-n", hub, "link", "add", f"to-{name}", "type", "veth", "peer", "name", "up0", "netns", node)
            for space, interface, last in ((hub, f"to-{name}", 1), (node, "up0", 2)):
                run("ip", "-n", space, "address", "add", f"10.98.{number}.{last}/30", "dev", interface)
                run("ip", "-n", space, "link", "set", interface, "up")
            run("ip", "-n", node, "route", "add", HUB, "via", f"10.98.{number}.1")

    def remove(self) -> None:
        for name in ("hub", *NODES):
            subprocess.run(["ip", "netns", "delete", self.space(name)], capture_output=True)

    def inside(self, name: str) -> tuple[str, ...]:
        return "ip", "netns", "exec", self.space(name)

    def cable(self, name: str, state: str) -> None:
        run("ip", "-n", self.space("hub"), "link", "set", f"to-{name}", state)

    def certificates(self) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert(HUB)
        authority.cert_pem.write_to_path(self.folder / "ca.pem")
        certificate.cert_chain_pems[0].write_to_path(self.folder / "cert.pem")
        certificate.private_key_pem.write_to_path(self.folder / "key.pem")
        (self.folder / "key.pem").chmod(0o600)


class Hosts:
    """The servers in a lab, and what its hub says."""

    def __init__(self, lab: Lab, stack: ExitStack) -> None:
        self.lab, self._stack = lab, stack
        self.ca = lab.folder / "ca.pem"
        self.tokens = lab.folder / "hub" / "data" / "hub"

    def start_hub(self) -> Server:
        files = ("--tls-cert", self.lab.folder / "cert.pem", "--tls-key", self.lab.folder / "key.pem")
        return self._start("hub", "--listen", f"{HUB}:8443", *files)

    def start_node(self, name: str) -> Server:
        trust = ("--ca-file", self.ca, "--token-file", self.tokens / "push.token")
        return self._start(name, "--join", f"https://{HUB}:8443", *trust)

    def _start(self, name: str, *arguments: object) -> Server:
        prefix = self.lab.inside(name)
        started = Server(self.lab.folder / name, "--node-name", name, *arguments, *FAST, prefix=prefix)
        self._stack.callback(started.process.wait)
        self._stack.callback(started.process.kill)
        return started.wait_started()

    def client(self, *arguments: str) -> Any:
        """What `nodetop --cluster URL --json` prints in the hub's namespace."""
        trust = ("--ca-file", str(self.ca), "--token-file", str(self.tokens / "read.token"))
        command = (sys.executable, "-m", "nodetop", "--cluster", f"https://{HUB}:8443", *trust, "--json", *arguments)
        return json.loads(run(*self.lab.inside("hub"), *command))

    def states(self) -> dict[str, str]:
        return {row["node"]: row["state"] for row in self.client()["nodes"]}

    def history(self, name: str) -> list[dict[str, Any]]:
        code = (
            "import httpx, ssl, sys\n"
            f"tls = ssl.create_default_context(cafile={str(self.ca)!r})\n"
            f"token = open({str(self.tokens / 'read.token')!r}).read().strip()\n"
            f"url = 'https://{HUB}:8443/api/v2/clusters/default/node-metrics/{name}/history?hours=1'\n"
            "print(httpx.get(url, verify=tls, headers={'Authorization': 'Bearer ' + token}).text)"
        )
        points: list[dict[str, Any]] = json.loads(run(*self.lab.inside("hub"), sys.executable, "-c", code))["points"]
        return points

    def missing(self, name: str) -> int:
        """How many of the samples up to the node's latest are not in the history. The first only starts its rates."""
        latest = self.client("--node", name)["seq"]
        return max(latest - 1 - sum(point["samples"] for point in self.history(name)), 0)


@pytest.fixture
def hosts(tmp_path: Path, need: Callable[..., None]) -> Iterator[Hosts]:
    need("ip")
    lab = Lab(tmp_path)
    try:
        if subprocess.run(["ip", "netns", "add", lab.space("hub")], capture_output=True).returncode:
            pytest.skip("network namespaces cannot be made here (needs root)")
        lab.remove()
        lab.build()
        lab.certificates()
        with ExitStack() as stack:
            yield Hosts(lab, stack)
    finally:
        lab.remove()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_four_hosts(hosts: Hosts, verdict: Notes) -> None:
    hub = hosts.start_hub()
    for name in NODES:
        hosts.start_node(name)
    until(lambda: hosts.states() == dict.fromkeys(("hub", *NODES), "up"), hosts.states)
    for name in NODES:
        verdict.settled(lambda note, name=name: check_numbers(hosts, name, note))  # type: ignore[misc]
    check_cut(hosts, verdict)
    hub.process.send_signal(signal.SIGKILL)
    hub.process.wait(20)
    (hub.folder / "out.txt").unlink()
    hosts.start_hub()
    until(lambda: hosts.states() == dict.fromkeys(("hub", *NODES), "up"), hosts.states, seconds=60)
    for name in NODES:
        until(lambda name=name: hosts.missing(name) == 0, seconds=30)  # type: ignore[misc]
        verdict(f"samples of {name} missing after the hub was killed", hosts.missing(name), 0, 0)


def check_numbers(hosts: Hosts, name: str, note: Notes) -> None:
    def itself() -> Any:
        return snapshot(prefix=hosts.lab.inside(name))

    def by_both() -> tuple[Any, Any, Any]:
        return itself(), hosts.client("--node", name), itself()

    # What else runs on this machine may mount something between the two.
    before, there, here = until(
        lambda: next((found for found in (by_both(),) if parts(found[1]) == parts(found[2])), None), by_both
    )
    (cable,) = (each for each in there["networks"] if each["interface"] == "up0")
    assert cable["addresses"][0] == f"10.98.{NODES.index(name) + 1}.2"
    for what, part, field, allowed in (
        ("memory in all", "memory", "total_bytes", 0),
        ("memory available", "memory", "available_bytes", 2**26),
        ("load of a minute", "cpu", "load_1m", 0.1),
        ("CPUs", "host", "cpu_count", 0),
        ("processes", "processes", "total", 3),
        ("uptime", "host", "uptime_seconds", 5),
    ):
        changed = abs(here[part][field] - before[part][field])
        note(f"{what} of {name}, by the hub and by itself", there[part][field], here[part][field], allowed + changed)


def parts(told: Any) -> list[str]:
    """What a host is made of, by name."""
    keys = {"disks": "device", "filesystems": "mount_point", "networks": "interface"}
    return [each[key] for what, key in keys.items() for each in told[what]]


def check_cut(hosts: Hosts, verdict: Notes) -> None:
    """A cable is out for more than a minute: late, stale, and nothing lost; the others feel nothing."""
    cut = time.monotonic()
    hosts.lab.cable("n2", "down")
    others: set[str] = set()
    for state, seconds in (("late", LATE_SECONDS), ("stale", STALE_SECONDS)):
        earliest = asked = time.monotonic() - cut
        while (told := hosts.states())["n2"] != state and asked < seconds + LONGEST_LATER_SECONDS:
            others |= {other for node, other in told.items() if node != "n2"}
            earliest, asked = asked, time.monotonic() - cut
        # It changed between the last two answers, which take long on a busy machine.
        when = min(max(earliest, seconds), time.monotonic() - cut)
        verdict(f"seconds until a node without its link is {state}", when, seconds, 6, "s")
    assert others == {"up"}
    hosts.lab.cable("n2", "up")
    until(lambda: hosts.states()["n2"] == "up", hosts.states, seconds=60)
    until(lambda: hosts.missing("n2") == 0, lambda: hosts.missing("n2"), seconds=60)
    verdict("samples missing after a minute without a link", hosts.missing("n2"), 0, 0)
    starts = [point["at"] for point in hosts.history("n2")]
    gaps = [after - before for before, after in itertools.pairwise(starts)]
    verdict("longest gap in its history (points of 5 s)", max(gaps), 5, 0, "s")
