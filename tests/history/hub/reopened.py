"""A hub's history that can be killed and opened again."""

from pathlib import Path

from nodetop.base.clock import FakeClock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint
from tests.history.crash import envelope
from tests.history.samples import DAY, START


class Hub:
    """A hub's history in a folder that can be opened, killed and opened again."""

    def __init__(self, folder: Path, *, sample_interval: float = 300.0, days: int = 30, max_bytes: int = 2**28) -> None:
        self.folder = folder
        self.clock = FakeClock(wall=START + 3600)
        self.said: list[str] = []
        self._options = sample_interval, days, max_bytes
        self.open()

    def open(self) -> list[SampleEnvelope]:
        interval, days, max_bytes = self._options
        store = HistoryStore(self.folder / "history", cluster="c", retention_days=days, report=self.said.append)
        self.store = store
        self.journal = Journal(
            self.folder / "journal", segment_bytes=4_000, max_bytes=max_bytes, report=self.said.append
        )
        self.history = HubHistory(
            store,
            self.journal,
            self.folder / "checkpoint",
            sample_interval=interval,
            clock=self.clock,
            report=self.said.append,
        )
        self.restored = list(self.history.restore())
        return self.restored

    def kill(self) -> None:
        """Acts like a kill: nothing in memory is written."""
        history, self.history.write = self.history, lambda: None  # type: ignore[method-assign]
        history.close()

    async def stored(self, node: str = "node-0", step: float = 300, cluster: str = "c") -> list[HistoryPoint]:
        return await self.history.points(cluster, node, START - 40 * DAY, START + 40 * DAY, step)

    async def samples(self, node: str = "node-0", cluster: str = "c") -> int:
        return sum(point.samples for point in await self.stored(node, cluster=cluster))


async def take(hub: Hub, *seqs: int, node: str = "node-0", boot: str = "boot") -> list[bool | None]:
    return await hub.history.accept([envelope(node, seq, boot) for seq in seqs])
