"""Who is at the other end of a connection within this machine."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from nodetop.base.hub_address import UntrustedPeer, explain_connection, parse_hub_url
from nodetop.base.trust import local_peer

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux alone tells whose a socket is")
LISTENER = """
import os, socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
if sys.argv[2] != "ours":
    os.setuid(65534)
server = socket.socket(family)
server.bind((sys.argv[1], 0)); server.listen()
print(server.getsockname()[1], flush=True)
held = []
while True:
    if sys.argv[2] != "silent":
        held.append(server.accept()[0])
        print(held[-1].recv(9999), flush=True)
    else:
        sys.stdin.read()
"""


@contextmanager
def listener(host: str, whose: str) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    command = [sys.executable, "-c", LISTENER, host, whose]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline()), process
        finally:
            process.kill()


@pytest.mark.parametrize(("bound", "host"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("::", "127.0.0.1")])
def test_a_program_of_ours_may_have_the_token(bound: str, host: str) -> None:
    with listener(bound, "ours") as (port, _), socket.create_connection((host, port)) as connection:
        local_peer.check(connection)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
@pytest.mark.parametrize(("bound", "host"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("::", "127.0.0.1")])
@pytest.mark.parametrize("whose", ["theirs", "silent"])
def test_a_program_of_another_user_may_not(bound: str, host: str, whose: str) -> None:
    """Whether it has accepted the connection or not."""
    with (
        listener(bound, whose) as (port, _),
        socket.create_connection((host, port)) as connection,
        pytest.raises(UntrustedPeer, match=r"another user answers.*no token was sent.*--token-file"),
    ):
        local_peer.check(connection)


def test_what_cannot_be_seen_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_peer, "_TABLES", ("/proc/net/not-there",))
    with (
        listener("127.0.0.1", "ours") as (port, _),
        socket.create_connection(("127.0.0.1", port)) as connection,
        pytest.raises(UntrustedPeer, match=r"Cannot determine which user answers.*--token-file"),
    ):
        local_peer.check(connection)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
async def test_not_a_byte_is_sent_to_another_user() -> None:
    with listener("127.0.0.1", "theirs") as (port, process):
        address = parse_hub_url(f"http://127.0.0.1:{port}")
        async with httpx.AsyncClient(trust_env=False) as client:
            with pytest.raises(UntrustedPeer) as failed:
                extensions = {"trace": local_peer.check_new_connections()}
                await client.get(address.url, headers={"Authorization": "Bearer secret"}, extensions=extensions)
        assert "--token-file" in explain_connection(failed.value, address)
        assert process.stdout is not None
        assert process.stdout.readline() == b"b''\n"  # the end of the connection, and nothing before it
