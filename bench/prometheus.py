"""1,000 made-up targets of node_exporter with 64 CPUs each in a real VictoriaMetrics, shown by nodetop.

    python bench/prometheus.py [--nodes 1000] [--cpus 64] [--url URL]

Loads an hour of samples of all nodes, one each minute, and 30 days of one of them. The samples go on into the future,
so that they are current however long loading takes. Then it prints how long each screen waits for the store, its CPU
time, the number of queries and the bytes received. With --url it measures a store that is loaded already.
Needs Debian's package victoria-metrics, and 2 GB of memory for 1,000 nodes."""

import argparse
import asyncio
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil

from nodetop.base.hub_address import parse_hub_url
from nodetop.sources.prometheus.http import PrometheusHttp
from nodetop.sources.prometheus.labels import Labels
from nodetop.sources.prometheus.source import PrometheusSource

STEP = 60
MODES = ("idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user")
DEVICES = {"sda": "disk", "sdb": "disk"}
PORT = 18428
VARIANTS = 40
"""Distinct courses of a counter. The text of each is made once, because making it costs more than storing it."""
HISTORY_DAYS = 30
AHEAD_SECONDS = 1800


class Courses:
    """Values of counters and gauges over time, as JSON, for all times of a load."""

    def __init__(self, times: list[int]) -> None:
        self.stamps = ",".join(str(at * 1000) for at in times)
        self._times = times
        self._known: dict[tuple[str, float, int], str] = {}

    def counter(self, rate: float, variant: int) -> str:
        return self._text("counter", rate, variant % VARIANTS)

    def gauge(self, value: float, variant: int) -> str:
        return self._text("gauge", value, variant % VARIANTS)

    def _text(self, kind: str, value: float, variant: int) -> str:
        key = kind, value, variant
        if key not in self._known:
            chance, total, found = random.Random(variant), 1000.0 * variant, []
            for _ in self._times:
                now = value * chance.uniform(0.5, 1.5)
                total += now * STEP
                found.append(f"{total if kind == 'counter' else now:.2f}")
            self._known[key] = ",".join(found)
        return self._known[key]


def series(node: int, cpus: int, courses: Courses) -> Iterator[str]:
    """All series of a node as lines of VictoriaMetrics' JSON."""

    def line(name: str, values: str, **labels: str) -> str:
        own = "".join(f',"{key}":"{value}"' for key, value in labels.items())
        metric = f'"__name__":"{name}","instance":"node-{node:05d}:9100","job":"node"{own}'
        return f'{{"metric":{{{metric}}},"values":[{values}],"timestamps":[{courses.stamps}]}}\n'

    constant = ",".join(["1700000000"] * len(courses.stamps.split(",")))
    yield line("node_boot_time_seconds", constant)
    yield line("node_time_seconds", ",".join(str(int(stamp) // 1000) for stamp in courses.stamps.split(",")))
    yield line("up", ",".join(["1"] * len(courses.stamps.split(","))))
    yield line("node_os_info", ",".join(["1"] * len(courses.stamps.split(","))), pretty_name="Debian GNU/Linux 12")
    for cpu in range(cpus):
        for number, mode in enumerate(MODES):
            share = 0.7 if mode == "idle" else 0.3 / (len(MODES) - 1)
            values = courses.counter(share, node + cpu + number)
            yield line("node_cpu_seconds_total", values, cpu=str(cpu), mode=mode)
        yield line("node_cpu_scaling_frequency_hertz", courses.gauge(2.5e9, cpu), cpu=str(cpu))
    for number, (name, value) in enumerate(
        {"load1": 3, "load5": 3, "load15": 3, "vmstat_oom_kill": 0, "vmstat_pgfault": 1e6}.items()
    ):
        yield line(f"node_{name}", courses.gauge(value, node + number))
    for number in range(48):
        name = ("MemTotal", "MemAvailable", "MemFree", "Cached", "Buffers", "SwapTotal", "SwapFree", "Shmem")
        field = name[number] if number < len(name) else f"Field{number}"
        size = {"MemTotal": 256e9, "SwapTotal": 8e9, "SwapFree": 6e9}.get(field, 60e9)
        constant_size = ",".join([f"{size:.0f}"] * len(courses.stamps.split(",")))
        values = constant_size if field in ("MemTotal", "SwapTotal") else courses.gauge(size, node)
        yield line(f"node_memory_{field}_bytes", values)
    for device in ("sda", "sdb"):
        for number, name in enumerate(("reads_completed", "writes_completed", "read_bytes", "written_bytes")):
            yield line(f"node_disk_{name}_total", courses.counter(1e4 * 10**number, node), device=device)
        for name in ("io_time_seconds", "io_time_weighted_seconds", "read_time_seconds", "write_time_seconds"):
            yield line(f"node_disk_{name}_total", courses.counter(0.2, node), device=device)
    for device in ("lo", "eth0", "eth1"):
        for direction in ("receive", "transmit"):
            for name in ("bytes", "packets", "errs", "drop"):
                yield line(f"node_network_{direction}_{name}_total", courses.counter(1e6, node), device=device)
    for mount in ("/", "/var", "/home"):
        for name, size in (("size_bytes", 1e12), ("free_bytes", 4e11), ("avail_bytes", 4e11), ("files", 1e7)):
            labels = {"device": "/dev/sda1", "fstype": "ext4", "mountpoint": mount}
            yield line(f"node_filesystem_{name}", courses.gauge(size, 1), **labels)
    for sensor in range(4):
        celsius = courses.gauge(50, node + sensor)
        yield line("node_hwmon_temp_celsius", celsius, chip="platform_coretemp_0", sensor=f"temp{sensor}")


def load(url: str, lines: Iterable[str]) -> int:
    """Puts lines into the store, in pieces. Returns how many."""
    count, piece, size = 0, [], 0
    with httpx.Client(base_url=url, trust_env=False, timeout=300) as http:
        for line in lines:
            piece.append(line)
            size += len(line)
            count += 1
            if size > 32_000_000:
                http.post("/api/v1/import", content="".join(piece)).raise_for_status()
                piece, size = [], 0
        http.post("/api/v1/import", content="".join(piece)).raise_for_status()
        http.get("/internal/force_flush").raise_for_status()
    return count


@contextmanager
def victoria_metrics(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    program = shutil.which("victoria-metrics") or shutil.which(
        "victoria-metrics", path=str(Path(sys.prefix) / "prometheus/usr/bin")
    )
    if program is None:
        raise SystemExit("victoria-metrics is not installed")
    flags = [f"-storageDataPath={folder}", f"-httpListenAddr=127.0.0.1:{PORT}", "-retentionPeriod=1y"]
    flags += ["-search.latencyOffset=0s", "-import.maxLineLen=33554432", "-search.maxUniqueTimeseries=5000000"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, *flags], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{PORT}"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{url}/health", trust_env=False).status_code == 200:
                    break
            time.sleep(0.1)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


async def measure(url: str, store: psutil.Process | None = None) -> None:
    """Prints a line for each thing that a screen waits for."""
    source = PrometheusSource(PrometheusHttp(parse_hub_url(url)), Labels())
    traffic = source.http.traffic

    def cpu() -> float:
        return sum(store.cpu_times()[:2]) if store else 0.0

    async def timed(what: str, ask: Callable[[], Awaitable[object]], times: int = 1) -> None:
        spent, before, used = [], (traffic.queries, traffic.received_bytes), cpu()
        for _ in range(times):
            began = time.perf_counter()
            await ask()
            spent.append(time.perf_counter() - began)
        queries = (traffic.queries - before[0]) / times
        received = (traffic.received_bytes - before[1]) / times
        seconds = f"{statistics.median(spent):6.2f} s, at most {max(spent):5.2f} s"
        of_store = f"{(cpu() - used) / times:5.2f} s CPU of the store" if store else ""
        print(f"{what:40} {seconds} {of_store} {queries:3.0f} queries {received / 1000:6.0f} kB", flush=True)

    now = time.time()
    try:
        await timed("list of all nodes, for the first time", source.overview)
        await timed("list of all nodes, each refresh", source.overview, 5)
        await timed("trends of the last hour of all nodes", lambda: source.cluster.trends(60), 3)
        await timed("list of all nodes half an hour ago", lambda: source.cluster.at(now - 1800, 60), 3)
        node = source.cluster.rows[0].node
        await timed("one node in full", lambda: source.snapshot(node), 5)
        await timed("its last 15 minutes", lambda: source.samples(node, 900), 3)
        for name, hours, step in (("1 h", 1, 60), ("24 h", 24, 300), ("7 d", 168, 1800), ("30 d", 720, 7200)):
            since = now - hours * 3600

            def history(since: float = since, step: int = step) -> Awaitable[object]:
                return source.history(node, since, now, step)

            await timed(f"its trends of {name}", history, 3)
        print(f"nodes: {len(source.cluster.rows)}, this process: {psutil.Process().memory_info().rss / 1e6:.0f} MB")
    finally:
        await source.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--cpus", type=int, default=64)
    parser.add_argument("--url", help="a store that is loaded already")
    given = parser.parse_args()
    if given.url:
        asyncio.run(measure(given.url))
        return
    with tempfile.TemporaryDirectory() as folder, victoria_metrics(Path(folder)) as (url, store):
        now, began = int(time.time()), time.perf_counter()
        hour = Courses(list(range(now - 3600, now + AHEAD_SECONDS, STEP)))
        count = load(url, (line for node in range(given.nodes) for line in series(node, given.cpus, hour)))
        month = Courses(list(range(now - HISTORY_DAYS * 86_400, now - 3600, STEP)))
        load(url, series(0, given.cpus, month))
        disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        seconds = time.perf_counter() - began
        print(f"{count} series loaded in {seconds:.0f} s, {disk / 1e6:.0f} MB on disk", flush=True)
        asyncio.run(measure(url, store))
        print(f"the store: {store.memory_info().rss / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
