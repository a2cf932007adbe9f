"""The cost of 30 days of history, compared with TinyDB's own storage of the same points.

    python bench/history.py [--nodes 100] [--days 30] [--folder FOLDER]

Writes and reads nodetop's store (a TinyDB file per node and day, replaced as a whole and synced), and plain TinyDB
(JSONStorage with one file per node, which is faster for it than one file for all). TinyDB is measured with one node;
its time for many nodes is the multiple. It does not sync, and a kill can leave its file unreadable."""

import argparse
import asyncio
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import msgspec
from tinydb import TinyDB, where

from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import (
    CHARTED,
    CpuMetrics,
    HistoryPoint,
    NodeSnapshot,
    ProcessMetrics,
    ProcessSummary,
    Stat,
    TopProcess,
)

DAY, INTERVAL = 86_400, 300
START = 1_769_817_600.0
TRIES = 7


def points(day: int) -> Iterator[HistoryPoint]:
    """A day of a busy node: all values known, six top processes."""
    for index in range(DAY // INTERVAL):
        value = 10 + (index * 7919 + day * 104_729) % 8000 / 100
        top = tuple(
            TopProcess(pid=1000 + rank, name=f"worker-{rank}", user="www-data", value=value / (rank + 1))
            for rank in range(3)
        )
        stat = Stat(mean=value, max=value * 1.25)
        at = START + DAY * day + INTERVAL * index
        yield HistoryPoint(at=at, samples=60, top_cpu=top, top_memory=top, **dict.fromkeys(CHARTED, stat))


def seconds(work: Callable[[], object], tries: int = TRIES) -> float:
    """The median of several runs."""
    taken = []
    for _ in range(tries):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return median(taken)


def ours(folder: Path, nodes: int, days: int) -> dict[str, float]:
    """Seconds that nodetop's store takes with so many nodes."""
    store = HistoryStore(folder)
    names = [f"node-{index:03d}" for index in range(nodes)]
    for day in range(days):
        found = list(points(day))
        for name in names:
            store.add(name, found[:-1] if day == days - 1 else found)
    newest = list(points(days - 1))[-1:]
    until = START + DAY * days

    def write() -> None:
        for name in names:
            store.add(name, newest)

    def read(step: float) -> list[HistoryPoint]:
        return HistoryStore(folder).points(names[-1], START, until, step)

    warm = HistoryStore(folder)
    warm.points(names[0], START, until, 7200)
    return {
        "write an interval": seconds(write, 3),
        "read 30 days, 2 h steps": seconds(lambda: read(7200)),
        "read 30 days, 2 h steps, again": seconds(lambda: warm.points(names[0], START, until, 7200)),
        "read 30 days, every point": seconds(lambda: read(0)),
        "read the last day": seconds(lambda: HistoryStore(folder).points(names[-1], until - DAY, until, 300)),
    }


def peer(folder: Path, days: int) -> dict[str, float]:
    """Seconds that TinyDB's own storage takes with one node."""
    folder.mkdir()
    database = TinyDB(folder / "node.json")
    documents = [msgspec.to_builtins(point) for day in range(days) for point in points(day)]
    database.insert_multiple(documents[:-1])
    until = START + DAY * days

    def read(since: float) -> int:
        return len(TinyDB(folder / "node.json").search((where("at") >= since) & (where("at") < until)))

    return {
        "write an interval": seconds(lambda: database.insert(documents[-1]), 3),
        "read 30 days, 2 h steps": (whole := seconds(lambda: read(START), 3)),
        "read 30 days, 2 h steps, again": whole,
        "read 30 days, every point": whole,
        "read the last day": seconds(lambda: read(until - DAY), 3),
    }


def size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def report(title: str, own: dict[str, float], other: dict[str, float], factor: int) -> None:
    print(f"\n{title}\n  {'':32} {'nodetop':>11} {'TinyDB':>11} {'ratio':>8}")
    for name, value in own.items():
        theirs = other[name] * (factor if name.startswith("write") else 1)
        print(f"  {name:32} {value * 1000:8.1f} ms {theirs * 1000:8.1f} ms {theirs / value:7.1f}x")


def hub(folder: Path, nodes: int) -> None:
    """The memory of a hub for an hour of samples every 5 s, and the cost of accepting and writing them."""
    row = [
        ProcessMetrics(
            pid=pid,
            name=f"worker-{pid}",
            command="/usr/bin/worker --serve",
            user="www-data",
            cpu_percent=pid,
            memory_percent=1.0,
            started_at=1.0,
        )
        for pid in range(20)
    ]
    processes = ProcessSummary(total=20, rows=tuple(row))

    def batch(seq: int) -> list[SampleEnvelope]:
        at = time.time() - 3600 + 5 * seq
        return [
            SampleEnvelope(
                cluster="c",
                received_at=at,
                sample=NodeSnapshot(
                    node=f"node-{index:04d}",
                    taken_at=at,
                    boot_id="b",
                    seq=seq,
                    cpu=CpuMetrics(busy_percent=5.0),
                    processes=processes,
                ),
            )
            for index in range(nodes)
        ]

    async def run() -> tuple[float, float]:
        accepting = 0.0
        for seq in range(720):
            pushes = [[each] for each in batch(seq)]
            begin = time.process_time()
            for group in range(0, nodes, 50):
                await asyncio.gather(*[history.accept(push) for push in pushes[group : group + 50]])
            accepting += time.process_time() - begin
            if seq % 60 == 59:
                history.write()
        await history.accept(batch(720))
        begin = time.perf_counter()
        history.write()
        return accepting / (720 * nodes), time.perf_counter() - begin

    history = HubHistory(
        HistoryStore(folder / "history", cluster="c"), Journal(folder / "journal"), folder / "checkpoint"
    )
    list(history.restore())
    each, writing = asyncio.run(run())
    print(f"\nA hub of {nodes} nodes, 20 processes each, 1 h of samples every 5 s ({history.problem or 'all written'})")
    print(f"  take a sample, durably           {each * 1e6:8.0f} µs of CPU (at 5 s: {each * nodes / 5:.1%} of a core)")
    print(f"  write an interval and checkpoint {writing * 1000:8.0f} ms, in a separate thread")
    print(f"  checkpoint                       {(folder / 'checkpoint').stat().st_size / 2**20:8.1f} MiB")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  memory of this process           {memory:8.0f} MiB at most")
    history.close()
    again = HubHistory(
        HistoryStore(folder / "history", cluster="c"), Journal(folder / "journal"), folder / "checkpoint"
    )
    begin = time.perf_counter()
    count = len(list(again.restore()))
    print(f"  restart                          {(time.perf_counter() - begin) * 1000:8.0f} ms ({count} samples)")
    again.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--nodes", type=int, default=100)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--hub-nodes", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure [a temporary one]")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="nodetop-bench-", dir=options.folder))
    try:
        hub(folder / "hub", options.hub_nodes)
        other = peer(folder / "peer", options.days)
        for nodes in sorted({1, options.nodes}):
            own = ours(folder / str(nodes), nodes, options.days)
            report(f"{nodes} node(s), {options.days} days, {size(folder / str(nodes)):.0f} MiB", own, other, nodes)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
