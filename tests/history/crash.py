"""A hub's journal and history under load, in its own process, to be killed.

Arguments: a folder, and how it is to be used ("journal" or "hub"). Each line it prints is an acknowledged record.
"""

import asyncio
import itertools
import os
import sys
import threading
from pathlib import Path

from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal
from nodetop.history.store import HistoryStore
from tests.history.samples import START, sample

CALLERS = 8
SEGMENT_BYTES = 4_000


def open_history(folder: Path) -> HubHistory:
    """A hub with all its files in one folder. Its clock is one hour after START."""
    from nodetop.base.clock import FakeClock

    store = HistoryStore(folder / "history", cluster="c")
    journal = Journal(folder / "journal", segment_bytes=SEGMENT_BYTES)
    return HubHistory(store, journal, folder / "checkpoint", clock=FakeClock(wall=START + 3600))


def envelope(node: str, seq: int, boot: str = "boot") -> SampleEnvelope:
    """Sample number `seq` of a node: one every 5 s."""
    taken = sample(START + 5.0 * seq, float(seq % 100), node=node, seq=seq, boot_id=boot)
    return SampleEnvelope(cluster="c", sample=taken, received_at=START + 5.0 * seq)


def tell(line: str) -> None:
    os.write(1, line.encode() + b"\n")


async def load_journal(folder: Path) -> None:
    journal = Journal(folder / "journal", segment_bytes=SEGMENT_BYTES)
    names = itertools.count()

    async def caller() -> None:
        while True:
            payload = b"%d " % next(names) + os.urandom(300)
            position = await journal.append(payload)
            tell(f"{position} {payload.split()[0].decode()}")

    await asyncio.gather(*[caller() for _ in range(CALLERS)])


async def load_hub(folder: Path) -> None:
    history = open_history(folder)
    known = [0] * CALLERS
    for each in history.restore():
        index = int(each.sample.node.removeprefix("node-"))
        known[index] = max(known[index], each.sample.seq)

    async def caller(index: int) -> None:
        for seq in itertools.count(known[index] + 1):
            if (await history.accept([envelope(f"node-{index}", seq % 700)]))[0]:
                tell(f"node-{index} {seq % 700}")
            else:
                await asyncio.sleep(0.001)

    def write() -> None:
        while True:
            history.write()

    threading.Thread(target=write, daemon=True).start()
    await asyncio.gather(*[caller(index) for index in range(CALLERS)])


if __name__ == "__main__":
    asyncio.run({"journal": load_journal, "hub": load_hub}[sys.argv[2]](Path(sys.argv[1])))
