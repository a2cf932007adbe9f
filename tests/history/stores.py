"""The content of a store, and its files."""

from pathlib import Path

from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint
from tests.history.samples import DAY, START


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


def everything(store: HistoryStore, node: str = "web-01", step: float = 0) -> list[HistoryPoint]:
    return store.points(node, START - 400 * DAY, START + 400 * DAY, step)
