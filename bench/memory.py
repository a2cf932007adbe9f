"""The memory of everything that runs for long, each minute: an agent, a hub of 20 made-up nodes, and three monitors.

    python bench/memory.py                    # 65 minutes; prints the table of docs/benchmarks.md
    python bench/memory.py --minutes 240 --every 10
    python bench/memory.py --minutes 150 --every 10 --interval 0.25   # 36,000 refreshes: 20 hours of the usual 2 s

One monitor of this host is left alone. A second one, and one of the cluster, are used by a script: every 2 s it presses
the next key of a list that opens and closes screens. This process makes the load. Memory is the proportional set size
(PSS)."""

import argparse
import asyncio
import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from hub import Load

SIZE = (160, 48)
NODES = 20
KEY_SECONDS = 2.0
# Each line opens something, moves in it, and closes it. The monitors run with --readonly.
HOST_KEYS = [
    *("End", "Home", "Enter", "Tab", "Tab", "Tab", "Esc", "w", "Left", "Left", "Tab", "Esc"),
    *("x", "Down", "Down", "Esc", "?", "PgDn", "Esc", "A", "Esc", "7", "Down", "Enter", "Esc", "Esc"),
    *("F5", "F5", "H", "H", "y", "y", "1", "z", "z", "/", "a", "Esc", "Esc", "[", "[", "{", "`", "F2", "Esc"),
]
CLUSTER_KEYS = [
    *("Down", "Enter", "Enter", "Tab", "Esc", "w", "Left", "Esc", "x", "Esc", "Esc", "m", "Down", "m"),
    *("a", "Down", "Enter", "Esc", "Esc", "7", "Esc", "A", "Esc", "w", "Left", "Esc", "[", "[", "{", "`"),
]
SENT = {
    "Enter": "\r",
    "Tab": "\t",
    "Esc": "\x1b",
    "F2": "\x1bOQ",
    "F5": "\x1b[15~",
    "PgDn": "\x1b[6~",
    "Down": "\x1b[B",
    "Left": "\x1b[D",
    "Home": "\x1b[H",
    "End": "\x1b[F",
}


@dataclass
class Watched:
    """A process whose memory is measured. `keys` are pressed in turn on the terminal `fd`."""

    name: str
    process: subprocess.Popen[bytes]
    fd: int = -1
    keys: tuple[str, ...] = ()

    def pss_mib(self) -> float:
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return int(re.findall(r"^Pss:\s+(\d+)", text, re.M)[0]) / 1024

    def drain(self) -> None:
        """Takes what the monitor drew."""
        with contextlib.suppress(BlockingIOError, OSError):
            while os.read(self.fd, 65536):
                pass

    async def press(self) -> None:
        while True:
            for key in self.keys:
                os.write(self.fd, SENT.get(key, key).encode())
                await asyncio.sleep(KEY_SECONDS)


def server(*arguments: str, **options: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from nodetop.server.cli import main; main()", *arguments, "--log-level", "error"]
    return subprocess.Popen(command, **options)


def monitor(name: str, home: Path, keys: list[str], *arguments: str) -> Watched:
    """A monitor in a terminal, with a home of its own."""
    folder = home / name.replace(" ", "-")
    folder.mkdir()
    fd, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
    os.set_blocking(fd, False)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("NODETOP_")},
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_STATE_HOME": str(folder),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }
    command = [sys.executable, "-m", "nodetop", "--readonly", *arguments]
    process = subprocess.Popen(
        command, stdin=inside, stdout=inside, stderr=inside, env=environment, start_new_session=True
    )
    os.close(inside)
    return Watched(name, process, fd, tuple(keys))


@contextlib.contextmanager
def everything(home: Path, interval: list[str]) -> Iterator[tuple[list[Watched], str, tuple[str, str]]]:
    """All processes, the hub's URL, and its tokens for pushing and reading."""
    hub = server("--listen", "127.0.0.1:0", "--data-dir", str(home / "hub"), stdout=subprocess.PIPE)
    watched = [Watched("hub", hub)]
    try:
        assert hub.stdout is not None
        url = hub.stdout.readline().split()[-1].decode()
        files = [home / "hub" / "hub" / f"{role}.token" for role in ("push", "read")]
        joined = ("--join", url, "--data-dir", str(home / "agent"), "--token-file", str(files[0]))
        agent = server(*joined, *interval, stdout=subprocess.DEVNULL)
        watched.append(Watched("agent", agent))
        watched.append(monitor("monitor, left alone", home, [], *interval))
        watched.append(monitor("monitor, used", home, HOST_KEYS, *interval))
        cluster = ("--cluster", url, "--token-file", str(files[1]))
        watched.append(monitor("cluster, used", home, CLUSTER_KEYS, *cluster, *interval))
        yield watched, url, (files[0].read_text().strip(), files[1].read_text().strip())
    finally:
        for each in watched:
            each.process.terminate()
        for each in watched:
            each.process.wait()


async def run(watched: list[Watched], url: str, tokens: tuple[str, str], minutes: int, every: int) -> None:
    loop = asyncio.get_running_loop()
    for each in watched:
        if each.fd >= 0:
            loop.add_reader(each.fd, each.drain)
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        load = Load(client, *tokens, NODES)
        tasks = [asyncio.create_task(load.node(number)) for number in range(NODES)]
        tasks += [asyncio.create_task(each.press()) for each in watched if each.keys]
        print("| minute | " + " | ".join(each.name for each in watched) + " |")
        print("| ---: |" + " ---: |" * len(watched), flush=True)
        began = time.monotonic()
        for minute in range(1, minutes + 1):
            await asyncio.sleep(max(began + 60 * minute - time.monotonic(), 0.0))
            if minute == 1 or minute % every == 0:
                cells = " | ".join(f"{each.pss_mib():.1f}" for each in watched)
                print(f"| {minute} | {cells} |", flush=True)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=65)
    parser.add_argument("--every", type=int, default=1, help="minutes between the rows of the table [1]")
    parser.add_argument("--interval", help="seconds between two samples of the agent and the monitors [their own]")
    options = parser.parse_args()
    interval = ["--interval", options.interval] if options.interval else []
    with tempfile.TemporaryDirectory() as folder, everything(Path(folder), interval) as (watched, url, tokens):
        asyncio.run(run(watched, url, tokens, options.minutes, options.every))


if __name__ == "__main__":
    main()
