"""1,000 simulated nodes, each pushing a sample with 20 processes every 5 s, to one real hub.

    python bench/hub.py [--nodes 1000] [--seconds 60] [--hostile] [--rules 0 40]

Prints the hub's share of a core, its memory, and the times of pushes, of overview reads, and of reading a node's 30-day
history, which is put into the hub's store before the run. This process makes the load, over one persistent connection
per node. With --hostile, it then measures during each phase of bench/hostile.py, with the quiet hub between. With
--rules, it measures one hub after another, each with so many rules for alerts."""

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import psutil
from hostile import PHASES

from nodetop.alerts.rule import KINDS
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint, Stat

INTERVAL = 5.0
PROCESSES = 20
HISTORY_DAYS = 30


def sample(node: str, seq: int, boot: str) -> bytes:
    """A push as a node sends it: a complete snapshot, with texts and numbers as long as real ones."""
    rows = [
        {
            "pid": 1000 + number,
            "ppid": 1,
            "name": f"worker-{number}",
            "command": f"/usr/bin/worker-{number} --queue default --concurrency 8 --verbose --config /etc/worker.yaml",
            "user": "www-data",
            "state": "S",
            "cpu_percent": round(random.uniform(0, 99), 2),
            "memory_percent": 1.25,
            "resident_bytes": 123_456_789,
            "virtual_bytes": 1_234_567_890,
            "threads": 12,
            "nice": 0,
            "priority": 20,
            "started_at": 1_790_000_000.25,
            "cpu_seconds": 12345.67,
            "read_bytes_per_second": 0.0,
            "write_bytes_per_second": 4096.0,
        }
        for number in range(PROCESSES)
    ]
    cores = [{"index": index, "busy_percent": 12.5, "user_percent": 8.25, "system_percent": 4.25} for index in range(8)]
    stats = {"busy_percent": round(random.uniform(0, 100), 2), "load_1m": 0.5, "load_5m": 0.4, "load_15m": 0.3}
    now = time.time()
    snapshot = {
        "schema": 1,
        "node": node,
        "taken_at": now,
        "interval": INTERVAL,
        "boot_id": boot,
        "seq": seq,
        "host": {"hostname": node, "os": "Debian GNU/Linux 12", "uptime_seconds": 12345.0, "cpu_count": 8},
        "cpu": stats | {"cores": cores},
        "memory": {"total_bytes": 1 << 35, "used_bytes": 1 << 34, "available_bytes": 1 << 34, "used_percent": 50.0},
        "filesystems": [
            {
                "device": "/dev/sda1",
                "mount_point": mount,
                "fs_type": "ext4",
                "total_bytes": 1 << 40,
                "used_percent": 42.5,
            }
            for mount in ("/", "/home", "/var")
        ],
        "disks": [{"device": "sda", "read_bytes_per_second": 1234.5, "write_bytes_per_second": 5432.1}],
        "networks": [{"interface": "eth0", "receive_bytes_per_second": 1234.5, "transmit_bytes_per_second": 234.5}],
        "temperature": {"cpu_celsius": 55.0, "sensors": [{"chip": "coretemp", "label": "Package", "celsius": 55.0}]},
        "processes": {"total": 321, "running": 2, "rows": rows},
    }
    return json.dumps({"sent_at": now, "samples": [snapshot]}).encode()


def fill_history(folder: Path, node: str) -> None:
    """Writes 30 days of points of one node to the hub's store."""
    store = HistoryStore(folder, cluster="default")
    now = time.time() // 300 * 300
    stat = Stat(mean=25.0, max=75.0)
    points = [
        HistoryPoint(at=now - 300 * back, samples=60, cpu_busy_percent=stat, memory_used_percent=stat, load_1m=stat)
        for back in range(1, HISTORY_DAYS * 288)
    ]
    store.add(node, reversed(points))
    store.close()


class Load:
    """The simulated nodes, and the readers."""

    def __init__(self, client: httpx.AsyncClient, push: str, read: str, nodes: int) -> None:
        self._client, self._nodes = client, nodes
        self._url = client.base_url
        self._push = {"Authorization": f"Bearer {push}", "Content-Type": "application/json"}
        self._read = {"Authorization": f"Bearer {read}"}
        self.pushes: list[float] = []
        self.reads: list[float] = []
        self.refused = 0
        self.measures = False

    async def node(self, number: int) -> None:
        name, boot, seq = f"node-{number:04d}", "bench", 0
        await asyncio.sleep(INTERVAL * number / self._nodes)
        due = time.monotonic()
        # Each node has its own client: a single one with a thousand connections would be slower than the hub.
        async with httpx.AsyncClient(base_url=self._url, verify=False, timeout=60, trust_env=False) as client:
            while True:
                seq += 1
                body = sample(name, seq, boot)
                began = time.monotonic()
                try:
                    status = (await client.post("/metrics/node", content=body, headers=self._push)).status_code
                except httpx.TransportError:  # too many at once, for example: a node tries again
                    status = 0
                if self.measures:
                    self.pushes.append(time.monotonic() - began)
                    self.refused += status != 200
                due += INTERVAL
                await asyncio.sleep(max(due - time.monotonic(), 0.0))

    async def reader(self) -> None:
        while True:
            began = time.monotonic()
            reply = await self._client.get("/api/v2/clusters/*/node-metrics", headers=self._read)
            assert reply.status_code == 200
            if self.measures:
                self.reads.append(time.monotonic() - began)
            await asyncio.sleep(1.0)

    async def history(self) -> float:
        """The median of 10 reads of 30 days, at the resolution of the trends screen."""
        times = []
        for _ in range(10):
            began = time.monotonic()
            path = f"/api/v2/clusters/default/node-metrics/node-0000/history?hours={HISTORY_DAYS * 24}&step=7200"
            reply = await self._client.get(path, headers=self._read)
            times.append(time.monotonic() - began)
            assert len(reply.json()["points"]) >= HISTORY_DAYS * 12 - 1, reply.text[:200]
        return statistics.median(times)


def p99(times: list[float]) -> str:
    return f"p50 {statistics.median(times) * 1000:.1f} ms, p99 {sorted(times)[int(len(times) * 0.99)] * 1000:.1f} ms"


async def measure_phase(
    load: Load, phase: str, arguments: tuple[str, ...], process: psutil.Process, seconds: float
) -> None:
    """The pushes of some seconds without and then with hostile clients, which another process is."""
    lines = []
    for hostile in (False, True):
        command = [sys.executable, Path(__file__).with_name("hostile.py"), phase, *arguments]
        other = subprocess.Popen(command, stderr=subprocess.DEVNULL) if hostile else None
        try:
            await asyncio.sleep(2)
            load.pushes, load.refused, load.measures = [], 0, True
            await asyncio.sleep(seconds)
            load.measures = False
            assert other is None or other.poll() is None, f"{phase} ended"
        finally:
            if other is not None:
                other.kill()
                other.wait()
        lines.append(f"{p99(load.pushes)}, refused {load.refused}")
    memory = process.memory_info().rss / 2**20
    print(f"{phase:14} {lines[1]}, {memory:.0f} MiB (without it before: {lines[0]})", flush=True)


async def measure(
    url: str, tokens: tuple[str, str], process: psutil.Process, nodes: int, seconds: float, hostile: Sequence[str]
) -> None:
    transport = httpx.AsyncHTTPTransport(verify=False, retries=5)  # a thousand connect at once
    async with httpx.AsyncClient(base_url=url, transport=transport, timeout=60, trust_env=False) as client:
        await client.get("/api/v2/clusters", headers={"Authorization": f"Bearer {tokens[1]}"})  # shows the token once
        load = Load(client, *tokens, nodes)
        tasks = [asyncio.create_task(load.node(number)) for number in range(nodes)]
        path = "/api/v2/clusters"
        began = time.monotonic()
        while True:  # the hub accepts new nodes at a limited rate
            await asyncio.sleep(2)
            known = (await client.get(path, headers={"Authorization": f"Bearer {tokens[1]}"})).json()["clusters"]
            count = sum(each["nodes_total"] for each in known)
            if count > nodes:
                break
            assert time.monotonic() - began < 900, f"only {count} nodes after 15 minutes"
        tasks.append(asyncio.create_task(load.reader()))
        await asyncio.sleep(INTERVAL * 2)
        print(f"{nodes} nodes joined in {time.monotonic() - began:.0f} s; measuring for {seconds:g} s", flush=True)
        load.measures = True
        before, began = sum(process.cpu_times()[:2]), time.monotonic()
        await asyncio.sleep(seconds)
        cpu = (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - began)
        load.measures = False
        print(f"pushes         {len(load.pushes) / seconds:.0f}/s, {p99(load.pushes)}, refused {load.refused}")
        print(f"overview read  {p99(load.reads)}")
        print(f"30-day history {await load.history() * 1000:.1f} ms")
        print(f"hub            {cpu * 100:.1f} % of a core, {process.memory_info().rss / 2**20:.0f} MiB", flush=True)
        if hostile:
            for phase in hostile:
                await measure_phase(load, phase, (url, *tokens), process, seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--rules", type=int, nargs="*", help="numbers of rules for alerts, one hub each: 0 40")
    options = parser.parse_args()
    hostile = [phase.__name__ for phase in PHASES] if options.hostile else []
    for rules in options.rules or [None]:
        if rules is not None:
            print(f"with {rules} rules for alerts" if rules else "without rules for alerts", flush=True)
        run(options.nodes, options.seconds, hostile, rules)


def run(nodes: int, seconds: float, hostile: Sequence[str], rules: int | None) -> None:
    """One hub; with `rules` its settings have so many rules of our own, and no others if that is 0."""
    with tempfile.TemporaryDirectory() as folder:
        fill_history(Path(folder) / "hub" / "history", "node-0000")
        command = [sys.executable, "-c", "from nodetop.server.cli import main; main()", "--listen", "127.0.0.1:0"]
        command += ["--data-dir", folder, "--log-level", "error"]
        if rules is None:
            command += ["--max-nodes", str(nodes + 1)]
        else:  # nodes may join faster
            settings = Path(folder) / "nodetop.toml"
            settings.write_text(alert_settings(rules))
            command += ["--max-nodes", "10000", "--config", str(settings)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hub:
            assert hub.stdout is not None
            url = hub.stdout.readline().split()[-1]
            tokens = tuple((Path(folder) / "hub" / f"{role}.token").read_text().strip() for role in ("push", "read"))
            try:
                asyncio.run(measure(url, (tokens[0], tokens[1]), psutil.Process(hub.pid), nodes, seconds, hostile))
            finally:
                hub.terminate()


def alert_settings(rules: int) -> str:
    """So many rules of our own, on each kind of value in turn."""
    if not rules:
        return "\n".join(["[alerts]", *(f"{name} = false" for name in KINDS)])
    values = ("cpu", "memory", "load_1m", "filesystem", "utilisation", "read", "write", "receive", "transmit", "inodes")
    tables = [f"[alerts.rule_{n}]\nvalue = '{values[n % 10]}'\nlimit = '95 for 5m'" for n in range(rules)]
    return "\n".join(tables)


if __name__ == "__main__":
    main()
