"""Day files of a monitor and of a hub, as an earlier nodetop wrote them."""

import json
import os
from pathlib import Path

import pytest

from nodetop.history.store import HistoryStore
from nodetop.model import wire
from nodetop.model.snapshot import HistoryPoint
from tests.compatibility.known import LOCAL, LOCAL_READS, MIDNIGHT, NOON, STORED
from tests.compatibility.old_files import copied
from tests.conftest import Nodetop

DAY = 86_400.0
EVER = 0.0, 4e9


def reads(points: list[HistoryPoint]) -> dict[float, tuple[int, float]]:
    return {
        point.at: (point.samples, point.disk_read_bytes_per_second.mean)
        for point in points
        if point.disk_read_bytes_per_second is not None
    }


def test_the_monitors_own_history_is_read(tmp_path: Path) -> None:
    said: list[str] = []
    store = HistoryStore(copied("local/history", tmp_path / "history"), report=said.append)
    points = store.points("node-a", *EVER)
    assert reads(points) == LOCAL_READS
    assert [point for point in points if point.at == NOON] == [LOCAL]
    assert store.nodes() == ["node-a"]
    assert [point.samples for point in store.points("node-a", *EVER, step=3600)] == [13, 11, 14]
    assert said == []


def test_the_monitors_own_history_is_exported_by_the_command(tmp_path: Path, nodetop: Nodetop) -> None:
    data, path = copied("local", tmp_path / "data"), tmp_path / "incident"
    wanted = "export", "--since", "2026-01-30 00:00", "--until", "2026-02-01 00:00", path
    done = nodetop("--node-name", "node-a", "--data-dir", data, *wanted, env={**os.environ, "TZ": "UTC"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 node, 0 samples, 6 points" in done.stdout
    (found,) = [line for line in path.read_text().splitlines() if "history_of" in line]
    points = [wire.decode(json.dumps(each), HistoryPoint) for each in json.loads(found)["points"]]
    assert reads(points) == LOCAL_READS
    assert LOCAL in points


def test_a_day_goes_on_where_an_old_file_ends(tmp_path: Path) -> None:
    store = HistoryStore(copied("local/history", tmp_path / "history"))
    more = HistoryPoint(at=NOON + 900, samples=3, load_1m=LOCAL.load_1m)
    store.add("node-a", [more, HistoryPoint(at=NOON, samples=1)])
    points = HistoryStore(tmp_path / "history").points("node-a", NOON, MIDNIGHT + DAY)
    assert points[0] == LOCAL  # of more samples than the one that was written over it
    assert points[-1] == more
    assert len(points) == 4


def test_days_past_retention_go_and_what_was_set_aside_with_them(tmp_path: Path) -> None:
    folder = copied("local/history", tmp_path / "history")
    store = HistoryStore(folder, retention_days=1)
    assert any(".corrupt-" in path.name for path in folder.rglob("2026-01-29*"))
    assert store.prune(MIDNIGHT) == 1
    assert not any(".corrupt-" in path.name for path in folder.rglob("*"))
    assert len(store.points("node-a", *EVER)) == 6
    assert store.prune(MIDNIGHT + DAY) == 1
    assert [point.at for point in store.points("node-a", *EVER)] == [at for at in LOCAL_READS if at > MIDNIGHT]


@pytest.mark.parametrize("key", STORED, ids="/".join)
def test_a_hubs_history_is_read(tmp_path: Path, key: tuple[str, str]) -> None:
    said: list[str] = []
    cluster, node = key
    store = HistoryStore(copied("hub/history", tmp_path / "history"), cluster=cluster, report=said.append)
    assert store.points(node, *EVER) == STORED[key]
    assert store.all_nodes() == [("east", "db-1"), ("lab", "hub-1"), ("lab", "node-a"), ("lab", "web-1")]
    assert said == []


def test_the_samples_that_a_hubs_points_hold_are_known(tmp_path: Path) -> None:
    store = HistoryStore(copied("hub/history", tmp_path / "history"), cluster="lab")
    held = store.newest_held("node-a", 8)
    assert list(held.values()) == [{"b-1": [pair]} for pair in ((1, 5), (6, 8), (9, 9), (10, 14), (15, 15))]
    stored = store.stored("node-a", NOON - 300)
    assert stored is not None
    assert (stored.held, stored.point) == ({"b-1": [(10, 14)]}, STORED["lab", "node-a"][3])
