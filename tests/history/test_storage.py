"""TinyDB on a file that is replaced as a whole."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nodetop.base import files
from nodetop.history import day_file
from nodetop.history.day_file import About, Damaged, StoredPoint
from nodetop.history.storage import DayDatabase
from tests.disk_calls import fail, record
from tests.history.samples import START, point

ABOUT = About(node="web-01", day="2026-01-31")
COUNT = 288

WRITER = """
import sys
from pathlib import Path
from nodetop.history.day_file import About, StoredPoint
from nodetop.history.storage import DayDatabase
from tests.disk_calls import fail, record
from tests.history.samples import START, point

database = DayDatabase(Path(sys.argv[1]), About(node="web-01", day="2026-01-31"))
generation = 0
while True:
    generation += 1
    points = [point(START + 300 * index, samples=generation) for index in range(288)]
    database.put([StoredPoint(each) for each in points], more_samples_win=True)
    print(generation, flush=True)
"""


def put(path: Path, *found: StoredPoint) -> None:
    DayDatabase(path, ABOUT).put(found, more_samples_win=False)


@pytest.mark.parametrize("writes", [1, 2, 3, 4])
def test_a_kill_leaves_the_old_day_or_the_new_one(tmp_path: Path, writes: int) -> None:
    path = tmp_path / "2026-01-31.json"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        for _ in range(writes):
            last = int(writer.stdout.readline())
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    last = max([last, *map(int, writer.stdout.read().split())])
    writer.stdout.close()
    read = day_file.points(files.read(path), ABOUT)
    generations = {each.point.samples for each in read.values()}
    assert len(read) == COUNT
    assert generations in ({last}, {last + 1})


def test_the_bytes_are_on_the_disk_before_they_have_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = record(monkeypatch, "create", "write", "sync", "replace", "sync_directory")
    put(tmp_path / "day.json", StoredPoint(point()))
    assert calls == ["create", "write", "sync", "replace", "sync_directory", "sync"]


@pytest.mark.parametrize("failing", ["create", "write", "sync", "replace"])
def test_a_failing_disk_leaves_the_old_day_and_no_leftovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "day.json"
    put(path, StoredPoint(point(samples=1)))
    before = path.read_bytes()

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        fail(patch, failing)
        put(path, StoredPoint(point(samples=2)))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_point_of_more_samples_stays(tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    database = DayDatabase(path, ABOUT)
    for samples, win in ((5, True), (3, True), (9, True), (9, True)):
        database.put([StoredPoint(point(busy=float(samples), samples=samples))], more_samples_win=win)
    assert day_file.points(files.read(path), ABOUT)[START].point.samples == 9
    database.put([StoredPoint(point(samples=2))], more_samples_win=False)
    assert day_file.points(files.read(path), ABOUT)[START].point.samples == 2


def test_the_file_is_for_its_owner_alone_and_readable_by_tinydb(tmp_path: Path) -> None:
    from tinydb import TinyDB

    path = tmp_path / "day.json"
    put(path, StoredPoint(point(busy=12.5)))
    assert path.stat().st_mode & 0o777 == 0o600
    with TinyDB(path) as plain:
        document = plain.table("points").get(doc_id=int(START))
        assert document["v"][0] == [12.5, 12.5]


def test_a_link_in_the_files_place_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / "day.json").symlink_to(target)
    with pytest.raises(Damaged, match="symbolic link"):
        put(tmp_path / "day.json", StoredPoint(point()))
    assert target.read_text() == "precious"
