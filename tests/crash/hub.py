"""A real hub under real pushers, killed repeatedly, at random times and at each step that changes its disk.

Each pusher sends the samples of one node in order, tries again until they are acknowledged, now and then sends old ones
again, and now and then starts a new boot. A reader looks at the latest samples all the while. At the end every sample
that was acknowledged has to be counted once in the history, and nothing that was not sent.
"""

import random
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from nodetop.history import day_file
from tests.crash.report import Row
from tests.crash.steps import some_step
from tests.server.servers import Server, push, sample, until

ROOT = Path(__file__).parents[2]
NODES = 6
BATCH = 4
LONGEST_SECONDS = 1.2
"""Between the start of a hub and its kill at a random time."""
STEP_SECONDS = 4.0
_PAUSE_SECONDS = 0.02
Sample = tuple[str, int]
"""Boot and number."""


class DyingServer(Server):
    """A hub that kills itself at a step."""

    def __init__(self, folder: Path, step: str, port: int) -> None:
        self.folder = folder
        self._out, self._err = folder / "out.txt", folder / "err.txt"
        arguments = ["--listen", f"127.0.0.1:{port}", "--sample-interval", "2", "--interval", "3600", "--node-name",
                     "hub", "--data-dir", str(folder / "data")]  # fmt: skip
        with self._out.open("wb") as out, self._err.open("ab") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.dying", step, "server", *arguments],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            )  # fmt: skip


class Pusher(threading.Thread):
    """Sends one node's samples."""

    def __init__(self, node: str, url: str, token: str, seed: int) -> None:
        super().__init__(name=node, daemon=True)
        self.node = node
        self.acknowledged: list[Sample] = []
        """In the order they were taken."""
        self.faults: list[str] = []
        self.sent: set[Sample] = set()
        self.resent = 0
        self._url, self._token = url, token
        self._dice = random.Random(seed)
        self._ended = threading.Event()
        self._boot, self._seq = 0, 0

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        with httpx.Client(base_url=self._url, headers=headers, trust_env=False, timeout=5) as client:
            while not self._ended.is_set():
                batch = self._next()
                while not self._ended.is_set() and not self._is_taken(client, batch):
                    self._ended.wait(_PAUSE_SECONDS)
                if self._dice.random() < 0.1 and self.acknowledged:
                    self._resend(client)
                self._ended.wait(_PAUSE_SECONDS)

    def _next(self) -> list[dict[str, Any]]:
        if self._dice.random() < 0.02:
            self._boot, self._seq = self._boot + 1, 0
        batch = []
        for _ in range(self._dice.randint(1, BATCH)):
            self._seq += 1
            batch.append(sample(self.node, self._seq, boot_id=f"boot-{self._boot}"))
            self.sent.add((f"boot-{self._boot}", self._seq))
        return batch

    def _is_taken(self, client: httpx.Client, batch: list[dict[str, Any]]) -> bool:
        with suppress(httpx.HTTPError):
            reply = push(client, *batch)
            if reply.status_code == 200:
                if reply.json()["rejected"]:
                    self.faults.append(f"{self.node}: rejected: {reply.json()['rejected'][0]}")
                self.acknowledged += [(each["boot_id"], each["seq"]) for each in batch]
                self._last = batch
                return True
        return False

    def _resend(self, client: httpx.Client) -> None:
        with suppress(httpx.HTTPError):
            reply = push(client, *self._last)
            self.resent += len(self._last)
            if reply.status_code == 200 and reply.json()["accepted"]:
                self.faults.append(f"{self.node}: a sample that was acknowledged was taken again")

    def stop(self) -> None:
        self._ended.set()
        self.join(20)


class Reader:
    """Reads the latest sample of each node. None may be older than one that was acknowledged or seen before."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._seen: dict[str, Sample] = {}

    def look(self, client: httpx.Client, pushers: list[Pusher]) -> None:
        least = {each.node: each.acknowledged[-1] for each in pushers if each.acknowledged}
        for node, acknowledged in least.items():
            reply = client.get(f"/api/v2/clusters/default/node-metrics/{node}")
            found = (reply.json()["boot_id"], reply.json()["seq"]) if reply.status_code == 200 else ("boot--1", 0)
            expected = max(acknowledged, self._seen.get(node, acknowledged), key=_order)
            if _order(found) < _order(expected):
                self.faults.append(f"the latest of {node} went back from {expected} to {found}")
            self._seen[node] = max(found, expected, key=_order)


def _order(sample: Sample) -> tuple[int, int]:
    return int(sample[0].removeprefix("boot-")), sample[1]


def kill_hub(folder: Path, kills: int, dice: random.Random) -> Row:
    """Every second kill is at a step."""
    row, port, slowest = Row("hub, killed"), _free_port(), 0.0
    hub = DyingServer(folder, "never", port).wait_started()
    token, reader = hub.token("push"), Reader()
    pushers = [Pusher(f"node-{number}", hub.url, token, dice.randrange(2**32)) for number in range(NODES)]
    for each in pushers:
        each.start()
    try:
        for number in range(kills):
            is_at_step = _until_killed(hub, reader, pushers, dice.uniform(0.05, LONGEST_SECONDS), number % 2 == 1)
            row.kills, row.at_steps = row.kills + 1, row.at_steps + is_at_step
            step = some_step(dice) if number % 2 == 0 and number + 1 < kills else "never"
            hub, seconds = _started(folder, step, port)
            slowest = max(slowest, seconds)
        _look(hub, reader, pushers)
    finally:
        for each in pushers:
            each.stop()
        exit_code = hub.end()
    row.acknowledged = sum(len(each.acknowledged) for each in pushers)
    row.faults += [fault for each in (reader, *pushers) for fault in each.faults]
    row.faults += [] if exit_code == 0 else [f"the exit code is {exit_code}"]
    row.faults += _count(folder, pushers) + _complaints(hub)
    row.note = f"slowest start {slowest:.1f} s, {sum(each.resent for each in pushers)} sent again"
    return row


def _started(folder: Path, step: str, port: int) -> tuple[DyingServer, float]:
    """The next hub, and the seconds until it serves. A hub that dies at its step before that is restarted."""
    began = time.monotonic()
    hub = DyingServer(folder, step, port)
    until(lambda: hub.said or hub.process.poll() is not None, "it starts")
    return (hub, time.monotonic() - began) if hub.process.poll() is None else _started(folder, "never", port)


def _until_killed(hub: DyingServer, reader: Reader, pushers: list[Pusher], seconds: float, is_step: bool) -> bool:
    """Whether it killed itself. If not, it is killed after a number of seconds."""
    _look(hub, reader, pushers)
    deadline = time.monotonic() + (STEP_SECONDS if is_step else seconds)
    while hub.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    is_at_step = hub.process.poll() is not None
    hub.process.kill()
    hub.process.wait()
    return is_at_step


def _look(hub: DyingServer, reader: Reader, pushers: list[Pusher]) -> None:
    with suppress(httpx.HTTPError), httpx.Client(
        base_url=hub.url, headers={"Authorization": f"Bearer {hub.token('read')}"}, trust_env=False, timeout=10
    ) as client:  # fmt: skip
        reader.look(client, pushers)


def _count(folder: Path, pushers: list[Pusher]) -> list[str]:
    """Compares the day files with what was acknowledged and sent."""
    faults = []
    counted: dict[str, dict[Sample, int]] = defaultdict(lambda: defaultdict(int))
    for path in (folder / "data" / "hub" / "history").rglob("*.json"):
        data = path.read_bytes()
        header = day_file.header(data)
        for stored in day_file.points(data, header.about).values():
            held = [(boot, seq) for boot, ranges in stored.held.items() for a, b in ranges for seq in range(a, b + 1)]
            if len(held) != stored.point.samples:
                faults.append(f"a point of {header.node} says {stored.point.samples} and names {len(held)}")
            for each in held:
                counted[header.node][each] += 1
    for pusher in pushers:
        found = counted[pusher.node]
        faults += [f"{pusher.node}: {each} was lost" for each in set(pusher.acknowledged) - set(found)]
        faults += [f"{pusher.node}: {each} is counted {times} times" for each, times in found.items() if times > 1]
        faults += [f"{pusher.node}: {each} was never sent" for each in set(found) - pusher.sent]
    return faults


def _complaints(hub: DyingServer) -> list[str]:
    return [line[:200] for line in hub.log.splitlines() if "Traceback" in line or "damaged" in line]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
