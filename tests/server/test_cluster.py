"""Hosts together, each the command itself: nodes that push over TLS, a hub that is killed, a hub that relays."""

import json
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.pty_terminal import Terminal
from tests.server.servers import COMMAND, Server, rows, server, until

FAST = ("--interval", 0.5, "--sample-interval", 2)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


class Cluster:
    """A hub with TLS, and nodes that know its authority."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1")
        self.ca, cert, self.key = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
        authority.cert_pem.write_to_path(self.ca)
        certificate.cert_chain_pems[0].write_to_path(cert)
        certificate.private_key_pem.write_to_path(self.key)
        self.key.chmod(0o600)
        self.tls = ssl.create_default_context(cafile=str(self.ca))
        self._files = ("--tls-cert", cert, "--tls-key", self.key)
        self.hub = self.start_hub(0)
        self.port = int(self.hub.url.rpartition(":")[2])
        self.token = folder / "hub" / "data" / "hub" / "push.token"

    def start_hub(self, port: int) -> Server:
        listen = ("--listen", f"127.0.0.1:{port}", "--node-name", "hub", *self._files, *FAST)
        self.hub = self._stack.enter_context(server(self.folder / "hub", *listen, command=COMMAND))
        return self.hub

    def start_node(self, name: str, *more: object) -> Server:
        trust = ("--ca-file", self.ca, "--token-file", self.token)
        arguments = ("--join", f"https://127.0.0.1:{self.port}", "--node-name", name, *trust, *FAST, *more)
        return self._stack.enter_context(server(self.folder / name, *arguments, command=COMMAND))

    def rows(self) -> dict[str, dict[str, Any]]:
        with self.hub.client(verify=self.tls) as reader:
            return rows(reader)

    def get(self, path: str) -> Any:
        with self.hub.client(verify=self.tls) as reader:
            reply = reader.get(path)
            assert reply.status_code == 200, reply.text
            return reply.json()

    def samples(self, node: str) -> int:
        path = f"/api/v2/clusters/default/node-metrics/{node}/history?hours=1"
        return sum(point["samples"] for point in self.get(path)["points"])


def lasting_mounts(snapshot: dict[str, Any]) -> list[str]:
    """Where file systems are mounted, without those that other tests mount and unmount meanwhile."""
    places = (each["mount_point"] for each in snapshot["filesystems"])
    return [place for place in places if not place.startswith(tempfile.gettempdir())]


@pytest.fixture
def cluster(tmp_path: Path, stack: ExitStack) -> Cluster:
    return Cluster(tmp_path, stack)


def test_three_nodes_over_tls_and_their_numbers(cluster: Cluster, tmp_path: Path) -> None:
    for name in ("n1", "n2", "n3"):
        cluster.start_node(name)
    until(lambda: set(cluster.rows()) == {"default/hub", "default/n1", "default/n2", "default/n3"}, cluster.rows)
    told = subprocess.run(
        [sys.executable, "-m", "nodetop", "--json"], capture_output=True, text=True, timeout=50, check=True
    )
    here = json.loads(told.stdout)
    there = cluster.get("/api/v2/clusters/default/node-metrics/n1")
    assert there["host"] == here["host"] | {"uptime_seconds": there["host"]["uptime_seconds"]}
    assert there["memory"]["total_bytes"] == here["memory"]["total_bytes"]
    assert there["memory"]["used_bytes"] == pytest.approx(here["memory"]["used_bytes"], rel=0.2)
    assert [disk["device"] for disk in there["disks"]] == [disk["device"] for disk in here["disks"]]
    assert lasting_mounts(there) == lasting_mounts(here)
    assert len(there["processes"]["rows"]) == 20
    assert cluster.rows()["default/n1"]["cpu_busy_percent"] is not None


def test_the_monitor_shows_the_cluster_and_a_node_over_tls(cluster: Cluster) -> None:
    cluster.start_node("n1")
    until(lambda: len(cluster.rows()) == 2)
    read = cluster.token.with_name("read.token")
    with Terminal("--cluster", cluster.hub.url, "--ca-file", cluster.ca, "--token-file", read) as terminal:
        terminal.wait_for(lambda text: "n1" in text and "hub" in text)
        terminal.press("/n1\r")
        terminal.wait_for(lambda text: "filter n1" in text and "F1 help" in text)
        terminal.press("\r")
        terminal.wait_for(lambda text: "¹cpu" in text and "⁶processes" in text)
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_a_hub_killed_under_its_nodes_loses_nothing(cluster: Cluster) -> None:
    node = cluster.start_node("n1")
    until(lambda: "default/n1" in cluster.rows())
    cluster.hub.end(signal.SIGKILL)
    until(lambda: "uplink_waiting" in node.log)
    cluster.start_hub(cluster.port)
    boot = until(lambda: cluster.rows().get("default/n1"))["boot_id"]
    # Newest first, what waited beside it: in the end the hub has each sample up to the latest.
    path = "/api/v2/clusters/default/node-metrics/n1"

    def is_complete() -> bool:
        before = cluster.get(path)
        return before["boot_id"] == boot and cluster.samples("n1") >= before["seq"] - 1  # the first has no rates

    until(is_complete)
    assert node.end() == 0  # so that no more come while we count
    assert cluster.samples("n1") <= cluster.get(path)["seq"], "one was counted twice"


def test_a_node_that_ends_leaves_its_last_samples_to_its_next_run(cluster: Cluster) -> None:
    node = cluster.start_node("n1")
    until(lambda: "default/n1" in cluster.rows())
    cluster.hub.end(signal.SIGTERM)
    until(lambda: "uplink_waiting" in node.log)
    assert node.end() == 0
    assert list((node.folder / "data" / "node" / "spool").rglob("*.spool"))
    cluster.start_hub(cluster.port)
    before = cluster.samples("n1")
    cluster.start_node("n1")
    until(lambda: cluster.samples("n1") > before)


def test_a_node_trusts_no_other_hub_and_tells_it_nothing(cluster: Cluster, tmp_path: Path) -> None:
    pin = "sha256:" + "0" * 64
    pinned = cluster.start_node("pinned", "--pin", pin)
    until(lambda: "does not match --pin" in pinned.log)
    assert cluster.rows().keys() == {"default/hub"}


def test_a_relay_brings_its_cluster_to_the_hub_above(tmp_path: Path, stack: ExitStack) -> None:
    upper = stack.enter_context(
        server(tmp_path / "upper", "--listen", "127.0.0.1:0", "--cluster-id", "world", "--node-name", "top", *FAST)
    )
    up = ("--join", upper.url, "--token-file", upper.hub / "push.token")
    lower = stack.enter_context(
        server(tmp_path / "lower", "--listen", "127.0.0.1:0", *up, "--cluster-id", "lab", "--node-name", "mid", *FAST)
    )
    down = ("--join", lower.url, "--token-file", lower.hub / "push.token")
    stack.enter_context(server(tmp_path / "node", *down, "--node-name", "leaf", *FAST))
    with upper.client() as reader:
        until(lambda: {"lab/leaf", "lab/mid", "world/top"} == rows(reader).keys(), lambda: rows(reader).keys())
        clusters = reader.get("/api/v2/clusters").json()["clusters"]
        assert [(each["cluster"], each["nodes_up"], each["own"]) for each in clusters] == [
            ("lab", 2, False),
            ("world", 1, True),
        ]
        assert reader.get("/api/v2/clusters/lab/node-metrics/leaf").json()["processes"]["rows"]
    command = [sys.executable, "-m", "nodetop", "--cluster", upper.url, "--token-file", str(upper.hub / "read.token")]
    shown = subprocess.run([*command, "--once"], capture_output=True, text=True, timeout=50, check=True).stdout
    assert "lab/leaf" in shown and "3 nodes" in shown
    one = subprocess.run([*command, "--once", "--node", "lab/leaf"], capture_output=True, text=True, timeout=50)
    assert one.returncode == 0 and "lab/leaf" in one.stdout


def test_two_hubs_of_one_name_are_told_apart(tmp_path: Path, stack: ExitStack) -> None:
    upper = stack.enter_context(server(tmp_path / "upper", "--listen", "127.0.0.1:0", "--cluster-id", "lab", *FAST))
    up = ("--join", upper.url, "--token-file", upper.hub / "push.token")
    lower = stack.enter_context(
        server(tmp_path / "lower", "--listen", "127.0.0.1:0", *up, "--cluster-id", "lab", *FAST)
    )
    until(lambda: "two hubs have the same --cluster-id" in lower.log)
