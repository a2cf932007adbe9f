"""Two hosts for a test: network namespaces with a cable between them."""

import json
import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.verify.watching import ready, reason, run

PORT = 5001
SEND = textwrap.dedent(f"""
    import socket, sys
    peer = socket.create_connection((sys.argv[1], {PORT}))
    left = int(sys.argv[2])
    while left:
        left -= peer.send(bytes(min(left, 65536)))
    peer.shutdown(socket.SHUT_WR)
    peer.recv(1)
""")
TAKE = textwrap.dedent(f"""
    import socket
    server = socket.create_server(("0.0.0.0", {PORT}))
    print("ready", flush=True)
    peer, _ = server.accept()
    while peer.recv(65536):
        pass
    peer.close()
""")
COUNTERS = tuple(f"{way}_{what}" for way in ("rx", "tx") for what in ("bytes", "packets", "errors", "dropped"))


@dataclass(frozen=True)
class End:
    """A namespace, and its interface at the cable."""

    space: str
    interface: str
    address: str

    @property
    def inside(self) -> tuple[str, ...]:
        return "ip", "netns", "exec", self.space

    def ip(self, *arguments: str) -> None:
        run("ip", "-n", self.space, *arguments)

    def try_ip(self, *arguments: str) -> None:
        """Skips where the kernel does not know what is asked for."""
        done = subprocess.run(["ip", "-n", self.space, *arguments], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"not with this kernel: ip {' '.join(arguments)}: {reason(done.stderr)}")

    def hush(self, interface: str) -> None:
        """No neighbours' talk of IPv6, where there is IPv6."""
        subprocess.run(["ip", "-n", self.space, "link", "set", interface, "addrgenmode", "none"], capture_output=True)

    def python(self, code: str, *arguments: str) -> None:
        run(*self.inside, sys.executable, "-c", code, *arguments)

    def counted(self, interface: str = "") -> dict[str, int]:
        """The kernel's own counters, as `ip` asks for them."""
        text = run("ip", "-n", self.space, "-s", "-j", "link", "show", interface or self.interface)
        (link,) = json.loads(text)
        return {
            f"{way}_{what}": link["stats64"][way][what] for way, _, what in (name.partition("_") for name in COUNTERS)
        }


@dataclass(frozen=True)
class Cable:
    """Two ends, as 10.97.0.1 and 10.97.0.2. Nothing but what a test sends passes between them."""

    left: End
    right: End

    def transfer(self, sender: End, taker: End, size: int) -> None:
        with ready(*taker.inside, sys.executable, "-c", TAKE) as take:
            sender.python(SEND, taker.address, str(size))
            assert take.wait(timeout=60) == 0


@contextmanager
def cable() -> Iterator[Cable]:
    left, right = (
        End(f"ntv{os.getpid()}{side}", f"v{side}", f"10.97.0.{number}") for number, side in ((1, "l"), (2, "r"))
    )
    if subprocess.run(["ip", "netns", "add", left.space], capture_output=True).returncode:
        pytest.skip("network namespaces cannot be made here (needs root)")
    try:
        run("ip", "netns", "add", right.space)
        left.ip("link", "add", left.interface, "type", "veth", "peer", "name", right.interface, "netns", right.space)
        for end in (left, right):
            end.hush(end.interface)
            end.ip("address", "add", f"{end.address}/24", "dev", end.interface)
            end.ip("link", "set", end.interface, "up")
            end.ip("link", "set", "lo", "up")
        yield Cable(left, right)
    finally:
        for end in (left, right):
            subprocess.run(["ip", "netns", "delete", end.space], capture_output=True)


@contextmanager
def flow() -> Iterator[None]:
    """Some megabytes a second over the loopback interface."""
    stop = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    sender = socket.create_connection(server.getsockname())
    taker, _ = server.accept()

    def send() -> None:
        while not stop.is_set():
            sender.send(bytes(8192))
            time.sleep(0.002)

    def drain() -> None:
        while taker.recv(65536):
            pass

    threads = [threading.Thread(target=send), threading.Thread(target=drain)]
    with server, sender, taker:
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            threads[0].join()
            sender.shutdown(socket.SHUT_WR)
            threads[1].join()
