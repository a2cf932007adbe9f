"""Maintenance and faults of the store: damage, retention, leftovers, a full disk, a lock that is not released."""

from pathlib import Path

import pytest

from nodetop.base.clock import FakeClock
from nodetop.history.day_file import StoreError
from nodetop.history.store import HistoryStore
from tests.history.samples import DAY, START, point
from tests.history.small_disk import fill
from tests.history.stores import everything, files


def test_damage_is_set_aside_told_and_costs_only_itself(tmp_path: Path) -> None:
    said: list[str] = []
    store = HistoryStore(tmp_path, report=said.append)
    store.add("web-01", [point(START), point(START + DAY)])
    hurt = files(tmp_path)[0]
    damaged = hurt.read_bytes()[:-10]
    hurt.write_bytes(damaged)
    assert [each.at for each in everything(store)] == [START + DAY]
    (aside,) = tmp_path.rglob("*.corrupt-*")
    assert aside.read_bytes() == damaged
    assert aside.name.startswith(hurt.name)
    assert len(said) == 1 and str(hurt) in said[0] and aside.name in said[0] and "\n" not in said[0]
    assert [each.at for each in everything(store)] == [START + DAY]
    assert len(said) == 1
    store.add("web-01", [point(START)])
    assert len(everything(store)) == 2


def test_damage_does_not_stop_a_write(tmp_path: Path) -> None:
    said: list[str] = []
    store = HistoryStore(tmp_path, report=said.append)
    store.add("web-01", [point(START)])
    files(tmp_path)[0].write_bytes(b"")
    store.add("web-01", [point(START + 300)])
    assert [each.at for each in everything(store)] == [START + 300]
    assert len(said) == 1


def test_a_day_of_a_newer_nodetop_is_passed_over_and_kept(tmp_path: Path) -> None:
    said: list[str] = []
    store = HistoryStore(tmp_path, report=said.append)
    store.add("web-01", [point(START), point(START + DAY)])
    path = files(tmp_path)[0]
    text = path.read_bytes().replace(b'"schema":1', b'"schema":2')
    import zlib

    head, tail = text[:24], text[32:]
    path.write_bytes(head + b"%08x" % zlib.crc32(tail) + tail)
    newer = path.read_bytes()
    assert [each.at for each in everything(store)] == [START + DAY]
    assert said and "newer nodetop" in said[0]
    with pytest.raises(StoreError, match="newer nodetop"):
        store.add("web-01", [point(START + 300)])
    assert path.read_bytes() == newer


def test_a_newer_folder_is_refused_and_not_changed(tmp_path: Path) -> None:
    HistoryStore(tmp_path).add("web-01", [point()])
    (tmp_path / "schema").write_text("2\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for change in (HistoryStore.open, lambda store: store.add("web-01", [point()]), lambda store: store.prune(START)):
        with pytest.raises(StoreError, match="a newer nodetop wrote"):
            change(HistoryStore(tmp_path))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_retention_removes_exactly_the_days_past_it(tmp_path: Path) -> None:
    clock = FakeClock(wall=START)
    store = HistoryStore(tmp_path, retention_days=30)
    store.add("web-01", [point(START - day * DAY) for day in range(40)])
    store.add("gone", [point(START - 35 * DAY)])
    assert store.prune(clock.wall()) == 9 + 1
    assert [(START - each.at) / DAY for each in everything(store)] == list(range(30, -1, -1))
    assert store.nodes() == ["web-01"]
    clock.advance(DAY - 1)
    assert store.prune(clock.wall()) == 0
    clock.advance(1)
    assert store.prune(clock.wall()) == 1
    assert len(everything(store)) == 30


def test_pruning_takes_damaged_days_and_leaves_strangers_alone(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.add("web-01", [point(START - 100 * DAY)])
    folder = files(tmp_path)[0].parent
    day = files(tmp_path)[0].name
    store.add("another", [point(START - day * DAY) for day in range(30)])
    strangers = [folder / "notes.json", folder / f"{day}.bak", folder / "2025-W01-1.json", tmp_path / "00" / "file"]
    strangers += [tmp_path / "2020-01-01.json", folder.parent / "README", tmp_path / "ab" / "short" / "2020-01-01.json"]
    for path in strangers:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("precious")
    aside = folder / f"{day}.corrupt-20260101T000000.000000"
    aside.write_text("damaged")
    assert everything(store) != []
    assert store.nodes() == ["another", "web-01"]
    assert store.prune(START) == 2
    assert not aside.exists() and everything(store) == []
    assert len(everything(store, "another")) == 30
    assert [path.read_text() for path in strangers] == ["precious"] * len(strangers)


def test_leftovers_of_killed_writers_are_removed(tmp_path: Path) -> None:
    HistoryStore(tmp_path).add("web-01", [point()])
    leftover = files(tmp_path)[0].parent / ".nt-1-abc.tmp"
    leftover.write_bytes(b"half")
    store = HistoryStore(tmp_path)
    assert len(everything(store)) == 1
    store.open()
    assert not leftover.exists()


def test_a_full_disk_keeps_what_was_there(small_disk: Path) -> None:
    store = HistoryStore(small_disk / "history")
    store.add("web-01", [point(START + 300 * index) for index in range(100)])
    ballast = fill(small_disk)
    with pytest.raises(OSError, match="No space left"):
        store.add("web-01", [point(START + 300 * index) for index in range(100, 200)])
    assert len(everything(store)) == 100
    assert not list(small_disk.rglob("*.tmp"))
    ballast.unlink()
    store.add("web-01", [point(START + 300 * index) for index in range(100, 200)])
    assert len(everything(store)) == 200


def test_a_lock_that_is_not_let_go_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodetop.history.day_folder.LOCK_SECONDS", 0.05)
    one, other = HistoryStore(tmp_path), HistoryStore(tmp_path)
    other.open()
    one.open()
    with one._folder.lock(), pytest.raises(StoreError, match="another nodetop holds the lock of the history"):
        other.add("web-01", [point()])
    other.add("web-01", [point()])
    assert len(everything(one)) == 1
