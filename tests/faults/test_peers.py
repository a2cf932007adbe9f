"""Peers that are slow, half there, cloned or out of date; replies that are lost; hubs and nodes that stand still."""

import datetime
import json
import secrets
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme

from nodetop.server.base import limits
from tests.faults.conftest import Fault
from tests.server.servers import Server, push, refused, rows, sample, server, until

HUB = ("--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 3600)
NEVER_SENT = 1
"""A node's first sample has no rates, and is not sent."""


def join(hub: Server, url: str, *more: object) -> tuple[object, ...]:
    token = hub.hub / "push.token"
    return ("--join", url, "--token-file", token, "--node-name", "far", "--interval", 0.25, *more)


def counted(hub: Server, node: str) -> int:
    """How many samples of a node are in history."""
    with hub.client() as reader:
        reply = reader.get(f"/api/v2/clusters/default/node-metrics/{node}/history")
        return sum(point["samples"] for point in reply.json()["points"]) if reply.status_code == 200 else 0


def distinct(hub: Server) -> tuple[int, int]:
    """How many samples node far has sent, by the number of the latest, and how many the hub counted."""
    with hub.client() as reader:
        reply = reader.get("/api/v2/clusters/default/node-metrics/far")
        sent = reply.json()["seq"] - NEVER_SENT if reply.status_code == 200 else 0
        return sent, counted(hub, "far")


@pytest.mark.long
@pytest.mark.parametrize("which", ["hub", "node"])
def test_standing_still(which: str, tmp_path: Path, fault: Fault) -> None:
    with (
        fault(f"SIGSTOP of the {which} for 8 s, then SIGCONT", "no sample is lost or counted twice; goes on by itself"),
        server(tmp_path / "hub", *HUB) as hub,
        server(tmp_path / "node", *join(hub, hub.url)) as node,
    ):
        until(lambda: distinct(hub)[0] >= 3)
        process = (hub if which == "hub" else node).process
        process.send_signal(signal.SIGSTOP)
        time.sleep(8)  # for as long as a push waits, and more: this is what is tried
        process.send_signal(signal.SIGCONT)
        before = until(lambda: distinct(hub)[0])
        until(lambda: distinct(hub)[0] >= before + 8)
        assert node.end() == 0
        until(lambda: len(set(distinct(hub))) == 1, lambda: distinct(hub))
        assert hub.end() == 0


@contextmanager
def losing_replies(port: int, every: int) -> Iterator[tuple[int, list[int]]]:
    """A proxy that loses the reply to each so-manyth push and closes that connection; its port, and the pushes whose
    reply it lost."""
    pushes, lost = 0, []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve(client: socket.socket) -> None:
            with suppress(OSError), client, socket.create_connection(("127.0.0.1", port)) as hub:

                def back() -> None:
                    with suppress(OSError):
                        while data := hub.recv(65_536):
                            if pushes % every == 0:
                                lost.append(pushes)
                                client.shutdown(socket.SHUT_RDWR)
                                return
                            client.sendall(data)

                threading.Thread(target=back, daemon=True).start()
                while data := client.recv(65_536):
                    nonlocal pushes
                    pushes += data.count(b"POST /metrics/node ")
                    hub.sendall(data)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listening.getsockname()[1], lost
        finally:
            listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.long
def test_replies_lost(tmp_path: Path, fault: Fault) -> None:
    with (
        fault("the reply to each second push is lost", "samples sent again count once; none is lost"),
        server(tmp_path / "hub", *HUB) as hub,
        losing_replies(int(hub.url.rpartition(":")[2]), 2) as (port, lost),
        server(tmp_path / "node", *join(hub, f"http://127.0.0.1:{port}")) as node,
    ):
        until(lambda: len(lost) >= 3, lambda: (lost, node.log), 60)
        assert node.end() == 0
        seq, samples = distinct(hub)
        assert seq == samples >= len(lost)
        assert hub.end() == 0


@pytest.mark.long
def test_half_open_and_slow_peers(tmp_path: Path, fault: Fault) -> None:
    with (
        fault("60 connections send nothing, or a byte now and then", "honest pushes are taken; the others are closed"),
        server(tmp_path, *HUB) as hub,
        hub.client("push") as pusher,
    ):
        host, port = hub.url.removeprefix("http://").split(":")
        peers = [socket.create_connection((host, int(port))) for _ in range(60)]
        for number, peer in enumerate(peers):
            peer.sendall(b"POST /metrics/node HTTP/1.1\r\nHost: x" if number % 2 else b"")
        for seq in range(1, 20):
            assert push(pusher, sample("a", seq)).status_code == 200
        for peer in peers:
            peer.settimeout(limits.REQUEST_SECONDS + limits.IDLE_SECONDS + 20)
            with suppress(ConnectionResetError):
                while peer.recv(4096):
                    pass
            peer.close()
        assert push(pusher, sample("a", 20)).status_code == 200
        assert hub.end() == 0


def test_two_hubs_on_one_folder(tmp_path: Path, fault: Fault) -> None:
    with (
        fault("a second hub on the folder of the first", "it exits with 3 and one line; the first goes on"),
        server(tmp_path / "a", *HUB) as hub,
        hub.client("push") as pusher,
    ):
        other = tmp_path / "b"
        other.mkdir()
        (other / "data").symlink_to(hub.folder / "data")
        code, line = refused(other, *HUB)
        assert code == 3 and "Another nodetop-server is using" in line, line
        assert push(pusher, sample("a", 1)).status_code == 200


def test_two_machines_with_one_name(tmp_path: Path, fault: Fault) -> None:
    with (
        fault("a clone pushes under a node's name", "409 for the clone; the node goes on, and its row says so"),
        server(tmp_path, *HUB) as hub,
        hub.client("push") as pusher,
        hub.client() as reader,
    ):
        assert push(pusher, sample("a", 1), instance="a" * 32).status_code == 200
        assert push(pusher, sample("a", 1, boot_id="c"), instance="b" * 32).status_code == 409
        assert push(pusher, sample("a", 2), instance="a" * 32).status_code == 200
        assert "another machine" in rows(reader)["default/a"]["problem"]
        assert counted(hub, "a") == 2


def test_an_expired_certificate(tmp_path: Path, fault: Fault) -> None:
    authority, heard = trustme.CA(), list[bytes]()
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    certificate = authority.issue_cert("127.0.0.1", not_after=past)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    token = tmp_path / "push.token"
    token.write_text(secrets.token_urlsafe() + "\n")
    token.chmod(0o600)
    with (
        fault(
            "the hub's certificate has expired", "no byte of the token is sent; samples wait; the log says: renew it"
        ),
        socket.create_server(("127.0.0.1", 0)) as listening,
    ):

        def accept() -> None:
            with suppress(OSError):
                while True:
                    plain, _ = listening.accept()
                    with suppress(OSError), context.wrap_socket(plain, server_side=True) as secure:
                        heard.append(secure.recv(9999))

        threading.Thread(target=accept, daemon=True).start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        arguments = ("--join", url, "--token-file", token, "--ca-file", tmp_path / "ca.pem", "--interval", 0.25)
        with server(tmp_path / "node", *arguments) as node:
            until(lambda: "renew it on the hub" in node.log, lambda: node.log)
            assert node.end() == 0
            assert list((node.folder / "data" / "node" / "spool").glob("*"))
        listening.shutdown(socket.SHUT_RDWR)
    assert not any(heard), json.dumps([each.decode("latin-1") for each in heard])
