"""Two processes in control groups of their own, made for the test, and a known number of bytes between them: what
nodetop says each received and sent, beside ss(8)."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from threading import Event
from typing import IO

import pytest

from nodetop.model.cgroups import WorkloadMetrics
from nodetop.probes.host_files import HostFiles
from nodetop.probes.workloads.probe import WorkloadsProbe

ROOT = Path("/sys/fs/cgroup")
SENT, ANSWERED = 3_000_017, 41_003
SERVER = f"""
import socket, sys
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
connection = listening.accept()[0]
connection.recv({SENT}, socket.MSG_WAITALL)
connection.sendall(bytes({ANSWERED}))
print("received", flush=True)
sys.stdin.readline()
"""
CLIENT = f"""
import socket, sys
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print("connected", flush=True)
sys.stdin.readline()
connection.sendall(bytes({SENT}))
connection.recv({ANSWERED}, socket.MSG_WAITALL)
print("answered", flush=True)
sys.stdin.readline()
"""


@contextlib.contextmanager
def group(name: str) -> Iterator[list[Path]]:
    """A new group, in version 2 and, where version 1 has the counters, also there. Skips where none may be made."""
    roots = [ROOT] if (ROOT / "cgroup.controllers").exists() else [ROOT / "unified", ROOT / "memory"]
    made: list[Path] = []
    try:
        for root in roots:
            if not (root / "cgroup.procs").exists():
                pytest.skip("no control groups of version 2 here")
            try:
                (root / name).mkdir()
            except OSError as error:
                pytest.skip(f"no control group can be made here: {error}")
            made.append(root / name)
        yield made
    finally:
        for folder in made:
            folder.rmdir()


@contextlib.contextmanager
def program(
    text: str, folders: list[Path], *arguments: str, before: tuple[str, ...] = ()
) -> Iterator[tuple[IO[str], IO[str]]]:
    """Input and output of a Python program in these groups."""

    def join() -> None:
        for folder in folders:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    with subprocess.Popen(
        [*before, sys.executable, "-c", text, *arguments], preexec_fn=join, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    ) as started:  # fmt: skip
        try:
            assert started.stdin is not None and started.stdout is not None
            yield started.stdin, started.stdout
        finally:
            started.kill()


def told_by_ss(port: str) -> dict[str, tuple[int, int]]:
    """Bytes received and acknowledged by the name of the group of either end."""
    text = subprocess.run(
        ["ss", "-tinOH", "--cgroup", "state", "established", f"( sport = :{port} or dport = :{port} )"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = {}
    for line in text.splitlines():
        path = re.search(r"cgroup:/(\S+)", line)
        if path is not None:
            received, acked = (re.search(rf"bytes_{name}:(\d+)", line) for name in ("received", "acked"))
            found[path[1]] = (int(received[1]) if received else 0, int(acked[1]) if acked else 0)
    return found


@pytest.mark.live
def test_bytes_between_two_groups_beside_ss() -> None:
    names = [f"nodetop-test-{side}-{os.getpid()}" for side in ("server", "client")]
    now, waiting = 0.0, Event()
    probe = WorkloadsProbe(HostFiles(), monotonic=lambda: now)
    probe.watch_groups(frozenset(f"/{name}" for name in names))

    def rows() -> dict[str, WorkloadMetrics]:
        return {each.row.name: each.row for each in probe.read().records.values() if each.row.name in names}

    with group(names[0]) as of_server, group(names[1]) as of_client, program(SERVER, of_server) as (_, server):
        port = server.readline().strip()
        with program(CLIENT, of_client, port) as (go, client):
            assert client.readline() == "connected\n"
            first = rows()
            assert first.keys() == set(names)
            assert all(row.receive_bytes_per_second is None for row in first.values())
            go.write("\n")
            go.flush()
            assert (client.readline(), server.readline()) == ("answered\n", "received\n")
            moved = [0.0, 0.0]
            while moved != [SENT, ANSWERED]:  # until the last acknowledgements are there
                waiting.wait(0.01)
                now += 1.0  # so that rates are differences
                found = rows()
                for place, name in enumerate(reversed(names)):
                    moved[place] += found[name].transmit_bytes_per_second or 0.0
                assert moved[0] <= SENT and moved[1] <= ANSWERED
            assert all(row.network == "connections" for row in found.values())
            if which("ss") and (told := told_by_ss(port)):
                # The kernel counts the first packet of the end that connects as one byte, before our first reading.
                assert told == {names[0]: (SENT, ANSWERED), names[1]: (ANSWERED, SENT + 1)}


@pytest.mark.live
def test_a_group_with_a_network_of_its_own() -> None:
    if which("unshare") is None or subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode:
        pytest.skip("no network namespace can be made here")
    name = f"nodetop-test-net-{os.getpid()}"
    inside = "import os; print(os.stat('/proc/self/net/dev').st_ino, flush=True); input()"
    with group(name) as folders, program(inside, folders, before=("unshare", "-n")) as (_, said):
        namespace = int(said.readline())
        probe = WorkloadsProbe(HostFiles())
        probe.watch_groups(frozenset({f"/{name}"}))
        (row,) = (each.row for each in probe.read().records.values() if each.row.name == name)
        assert (row.network, row.network_namespace) == ("interfaces", namespace)
