"""Rolled-up days are cached while their files do not change."""

from pathlib import Path

import pytest

from nodetop.history.day_cache import DayCache
from nodetop.model.snapshot import HistoryPoint
from tests.history.samples import point


def test_a_day_is_read_once_until_it_changes(tmp_path: Path) -> None:
    path, cache, reads = tmp_path / "day", DayCache(), []

    def read() -> list[HistoryPoint]:
        reads.append(path.read_text())
        return [point()]

    assert cache.get(path, 3600, read) == []  # there is no file
    path.write_text("one")
    for _ in range(3):
        assert cache.get(path, 3600, read) == [point()]
    assert reads == ["one"]
    path.write_text("longer")
    cache.get(path, 3600, read)
    cache.get(path, 7200, read)  # another step is another answer
    assert reads == ["one", "longer", "longer"]
    cache.get(path, 300, read)
    cache.get(path, 300, read)  # many points: not kept
    assert len(reads) == 5


def test_it_does_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodetop.history.day_cache.MAX_POINTS", 10)
    cache, reads = DayCache(), []

    def read(path: Path) -> list[HistoryPoint]:
        reads.append(path.name)
        return [point()] * 4

    for name in "abcac":
        path = tmp_path / name
        if not path.exists():
            path.touch()
        cache.get(path, 3600, lambda path=path: read(path))
    assert "".join(reads) == "abca"
    assert cache._points == sum(len(day[1]) for day in cache._days.values()) == 8
