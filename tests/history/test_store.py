"""The store: days of points, for several threads and processes, on disks that fail."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodetop.history.day_file import StoredPoint, StoreError
from nodetop.history.rollup import roll_up
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint, Stat
from tests.history.samples import DAY, START, point, points
from tests.history.stores import everything, files

HOSTILE = ["../../etc/passwd", "a/b", "", ".", "..", "a\0b", "\ud800", "x" * 5000, "web-01\n", "-rf", "ä", "C:\\x"]

WRITER = """
import sys
from pathlib import Path
from nodetop.history.store import HistoryStore
from tests.history.samples import START, point

folder, own = Path(sys.argv[1]), int(sys.argv[2])
store = HistoryStore(folder)
sys.stdin.readline()
for index in range(40):
    store.add("web-01", [point(START + 300 * (2 * index + own), samples=own + 1)])
    store.add("shared", [point(START, samples=2 * index + own + 1)])
"""


@settings(max_examples=30, deadline=None)
@given(
    st.lists(points(), max_size=20, unique_by=lambda each: each.at), st.sampled_from([0.0, 300.0, 1800.0, 7200.0, DAY])
)
def test_what_is_added_is_found(
    tmp_path_factory: pytest.TempPathFactory, given_points: list[HistoryPoint], step: float
) -> None:
    store = HistoryStore(tmp_path_factory.mktemp("store"))
    store.add("web-01", given_points)
    expected = sorted(given_points, key=lambda each: each.at)
    if step:
        expected = roll_up(expected, step)
    for _ in range(2):  # the second time from the cache
        found = everything(store, step=step)
        assert [(each.at, each.samples) for each in found] == [(each.at, each.samples) for each in expected]
    for one, other in zip(found, expected, strict=True):
        if one.cpu_busy_percent is not None and other.cpu_busy_percent is not None:
            assert one.cpu_busy_percent.max == pytest.approx(other.cpu_busy_percent.max, rel=1e-5)


def test_a_stretch_of_time_has_its_first_and_not_its_last_moment(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.add("web-01", [point(START + 300 * index) for index in range(-2, 3)])
    assert [each.at for each in store.points("web-01", START - 300, START + 300)] == [START - 300, START]
    # With a step the first interval is whole.
    (first, *_) = store.points("web-01", START - 300, START + 300, 3600)
    assert (first.at, first.samples) == (START - 3600, 2)


def test_adding_keeps_the_point_of_more_samples(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    for samples in (5, 3, 7, 7):
        store.add("web-01", [point(samples=samples, busy=float(samples))])
    (kept,) = everything(store)
    assert (kept.samples, kept.cpu_busy_percent) == (7, Stat(mean=7, max=7))


def test_replacing_keeps_the_newer_point_and_what_it_holds(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.replace("web-01", [StoredPoint(point(samples=5), {"a": [(1, 5)]})])
    store.replace("web-01", [StoredPoint(point(samples=2), {"b": [(1, 2)]})])
    found = store.stored("web-01", START)
    assert found is not None and (found.point.samples, found.held) == (2, {"b": [(1, 2)]})
    assert store.held("web-01", int(START // DAY)) == store.newest_held("web-01", 1) == {START: {"b": [(1, 2)]}}
    assert store.held("web-01", int(START // DAY) + 1) is None
    assert store.stored("web-01", START + 300) is None
    assert store.stored("nobody", START) is None


def test_points_not_yet_written_stand_in(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.add("web-01", [point(START, samples=5), point(START + 300, samples=5)])
    newest = [point(START, samples=9), point(START + 300, samples=2), point(START + DAY, samples=1)]
    found = store.points("web-01", START, START + 2 * DAY, 0, newest)
    assert [each.samples for each in found] == [9, 5, 1]
    assert [each.samples for each in store.points("web-01", START, START + 2 * DAY, DAY, newest)] == [14, 1]
    assert [each.samples for each in everything(store)] == [5, 5]


def test_a_changed_day_is_read_again(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.add("web-01", [point(samples=1)])
    assert [each.samples for each in everything(store, step=3600)] == [1]
    HistoryStore(tmp_path).add("web-01", [point(START + 300, samples=1)])
    assert [each.samples for each in everything(store, step=3600)] == [2]


@pytest.mark.parametrize("node", HOSTILE)
def test_any_name_is_only_a_name(tmp_path: Path, node: str) -> None:
    folder = tmp_path / "history"
    store = HistoryStore(folder)
    store.add(node, [point()])
    if "\ud800" not in node:
        assert len(everything(store, node)) == 1
        assert store.nodes() == [node]
    assert [path.name for path in tmp_path.iterdir()] == ["history"]
    assert all(path.parent.parent.parent == folder for path in files(folder))


def test_nodes_and_clusters_that_look_alike_are_kept_apart(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path, cluster="a")
    for cluster, node in (("a", "b"), ("a", "B"), ("ab", ""), ("", "ab")):
        store.of(cluster).add(node, [point(busy=1.0)])
    assert store.nodes() == ["B", "b"]
    assert store.all_nodes() == [("", "ab"), ("a", "B"), ("a", "b"), ("ab", "")]
    assert len(files(tmp_path)) == 4


def test_two_nodes_whose_hashes_collide_do_not_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    store = HistoryStore(tmp_path, report=said.append)
    monkeypatch.setattr(store._folder, "directory", lambda cluster, node: tmp_path / "00" / ("0" * 32))
    store.add("one", [point(samples=1)])
    store.add("two", [point(samples=2)])
    assert [each.samples for each in everything(store, "two")] == [2]
    assert len(said) == 1 and "set aside" in said[0]


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b" / "history"
    HistoryStore(folder).add("web-01", [point()])
    modes = {path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")] if path.is_dir()}
    assert modes == {0o700}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o600}


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, str(own)], stdin=subprocess.PIPE, text=True)
        for own in range(2)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.close()
    assert [writer.wait(50) for writer in writers] == [0, 0]
    said: list[str] = []
    store = HistoryStore(tmp_path, report=said.append)
    assert [each.samples for each in everything(store)] == [1, 2] * 40
    assert [each.samples for each in everything(store, "shared")] == [80]
    assert said == []


def test_threads_write_and_read_at_once(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    errors: list[BaseException] = []

    def work(own: int) -> None:
        try:
            for index in range(10):
                store.add("web-01", [point(START + 300 * (4 * index + own))])
                everything(store, step=3600)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(own,)) for own in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(50)
    assert errors == []
    assert len(everything(store)) == 40


def test_after_close_nothing_is_done(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.close()
    for use in (store.open, store.nodes, lambda: everything(store), lambda: store.add("x", [point()])):
        with pytest.raises(StoreError, match="closed"):
            use()


def test_a_year_that_no_calendar_has(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="set the clock"):
        HistoryStore(tmp_path).add("web-01", [point(1e12)])
