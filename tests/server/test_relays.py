"""Hubs that relay to each other, and a hub above that does not take all of what a hub below relays."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.server.servers import Server, push, rows, sample, server, until

LIVE_SECONDS = 5.0


def hub_of(folder: Path, cluster: str, port: int, to: int) -> Server:
    token = folder / "push.token"
    if not token.exists():
        token.write_text("abcdefghijklmnopqrstuvwxyz0123456789")
        token.chmod(0o600)
    tokens = ("--push-token-file", token, "--token-file", token)
    names = ("--cluster-id", cluster, "--node-name", f"of-{cluster}", "--interval", 0.5)
    address = ("--listen", f"127.0.0.1:{port}", "--join", f"http://127.0.0.1:{to}")
    return Server(folder / cluster, *address, *names, *tokens)


def _check_in_circle(hub: Server) -> None:
    with hub.client() as reader:
        until(lambda: refused(reader) > 3, "nodes come back to their own hub and are refused")
        until(lambda: _live(reader) == {"a/of-a", "b/of-b"}, lambda: hub.log)
        assert reader.get("/api/v2/status").json()["counters"]["samples_duplicate"] == 0


def refused(reader: httpx.Client) -> int:
    count = reader.get("/api/v2/status").json()["counters"].get("refused_cluster_conflict", 0)
    assert isinstance(count, int)
    return count


def test_hubs_in_a_circle_have_all_nodes_and_nothing_goes_round_for_ever(
    tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    ports = [unused_tcp_port_factory() for _ in range(2)]
    hubs = [hub_of(tmp_path, "a", *ports), hub_of(tmp_path, "b", *reversed(ports))]
    try:
        for hub in hubs:
            hub.wait_started()
        for hub in hubs:
            _check_in_circle(hub)
    finally:
        for hub in hubs:
            hub.process.kill()
            hub.process.wait()


def test_a_hub_that_relays_to_itself_says_so(tmp_path: Path, unused_tcp_port: int) -> None:
    hub = hub_of(tmp_path, "a", unused_tcp_port, unused_tcp_port)
    try:
        hub.wait_started()
        until(lambda: "This hub relays to itself" in hub.log, lambda: hub.log)
    finally:
        hub.process.kill()
        hub.process.wait()


def test_what_the_hub_above_does_not_take_does_not_hold_up_the_rest(tmp_path: Path) -> None:
    """The token that a relaying hub gets for a code is for its own cluster: not for one that relays to it."""
    with server(tmp_path / "top", "--listen", "0.0.0.0:0", "--node-name", "top") as top:
        port = top.url.rpartition(":")[2]
        code = top.said.partition("--code ")[2].split()[0]
        join = ("--join", f"https://127.0.0.1:{port}", "--code", code, "--cluster-id", "middle")
        more = ("--listen", "127.0.0.1:0", "--node-name", "own", "--interval", 0.5)
        with server(tmp_path / "middle", *join, *more) as middle, middle.client("push") as below:
            assert push(below, sample("far"), cluster_id="low").status_code == 200
            until(lambda: "not for the cluster of the node far" in middle.log, lambda: middle.log)
            after = time.time()
            headers = {"Authorization": f"Bearer {top.token('read')}"}
            url = f"https://127.0.0.1:{port}"
            with httpx.Client(base_url=url, headers=headers, trust_env=False, verify=False, timeout=30) as reader:
                path = "/api/v2/clusters/middle/node-metrics/own"
                until(lambda: reader.get(path).json().get("taken_at", 0) > after, lambda: middle.log)


def _live(reader: httpx.Client) -> set[str]:
    return {name for name, row in rows(reader).items() if row["age_seconds"] < LIVE_SECONDS}
