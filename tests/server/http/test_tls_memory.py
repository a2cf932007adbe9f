"""What connections cost a hub with TLS that nobody has to trust."""

import re
import socket
from contextlib import ExitStack
from pathlib import Path

from tests.server.servers import COMMAND, Server, server, until

CONNECTIONS = 240
LARGEST_BYTES = 128 * 1024


def resident(hub: Server) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{hub.process.pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def connections(hub: Server) -> int:
    return len([*Path(f"/proc/{hub.process.pid}/fd").iterdir()])


def test_a_connection_that_never_ends_its_handshake_takes_little_memory(tmp_path: Path) -> None:
    with server(tmp_path, "--listen", "0.0.0.0:0", "--node-name", "hub", command=COMMAND) as hub, ExitStack() as stack:
        port = int(hub.url.rpartition(":")[2])
        before, files = resident(hub), connections(hub)
        for number in range(CONNECTIONS):
            host = f"127.0.0.{number % 8 + 2}"
            made = socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(host, 0))
            stack.callback(made.close)
            made.sendall(b"\x16")
        until(lambda: connections(hub) >= files + CONNECTIONS, "all are accepted")
        assert resident(hub) - before < CONNECTIONS * LARGEST_BYTES
