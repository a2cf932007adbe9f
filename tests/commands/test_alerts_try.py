"""`nodetop alerts try` on a made month with known incidents: the counts are those that were put in."""

import json
import time
from pathlib import Path

import pytest

from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint, Stat, TopProcess
from tests.alerts.made_recording import recording
from tests.conftest import Nodetop
from tests.server.servers import push, sample, server

STEP = 300.0
DAY = 86_400.0
NIGHTS, NOONS, PEAKS = (2, 9, 16), (4, 11), (6, 13, 20, 27)
"""Days with an hour of 90 % from 2:00, with half an hour of 75 % from 12:00, with a peak of 95 % within one point."""


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("month")
    now = time.time()
    midnight = time.mktime((*time.localtime(now - 29 * DAY)[:3], 0, 0, 0, 0, 0, -1))
    first = midnight // STEP * STEP
    store = HistoryStore(folder / "history")
    store.add("box", [_point(first, first + number * STEP) for number in range(int((now - first) // STEP))])
    return folder


def _point(first: float, at: float) -> HistoryPoint:
    day, second = int((at - first) // DAY), (at - first) % DAY
    mean = most = 20.0
    top = "idle"
    if day in NIGHTS and 2 * 3600 <= second < 3 * 3600:
        mean, most, top = 90.0, 93.0, "backup"
    elif day in NOONS and 12 * 3600 <= second < 12.5 * 3600:
        mean, most, top = 75.0, 80.0, "report"
    elif day in PEAKS and 15 * 3600 <= second < 15 * 3600 + STEP:
        most = 95.0
    tops = (TopProcess(pid=7, name=top, value=mean),)
    return HistoryPoint(at=at, samples=60, cpu_busy_percent=Stat(mean=mean, max=most), top_cpu=tops)


def test_the_counts_are_what_was_put_in(nodetop: Nodetop, month: Path) -> None:
    done = nodetop("--data-dir", month, "alerts", "try", 'cpu="70/60 for 5m"', "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["opened"] == found["opened_at_most"] == len(NIGHTS) + len(NOONS)
    assert found["at_night"] == len(NIGHTS)
    assert found["open_seconds"] == pytest.approx(len(NIGHTS) * 3600 + len(NOONS) * 1800, rel=0.2)
    assert found["worst_nodes"] == {"box": 5}
    assert found["on_top"] == {"backup": 3, "report": 2}
    assert (found["present_rule_opened"], len(found["misses"]), len(found["adds"])) == (3, 0, 2)
    assert {alert["peak"] for alert in found["adds"]} == {80.0}


def test_shorter_than_a_point_it_states_a_bound(nodetop: Nodetop, month: Path) -> None:
    found = json.loads(nodetop("--data-dir", month, "alerts", "try", "cpu=85/75 for 1m", "--json").stdout)
    assert (found["opened"], found["opened_at_most"]) == (len(NIGHTS), len(NIGHTS) + len(PEAKS))


def test_a_limit_is_suggested_and_what_is_missed_is_listed(nodetop: Nodetop, month: Path) -> None:
    done = nodetop("--data-dir", month, "alerts", "try", "cpu=10/5 for 5m")
    assert "still open" in done.stdout
    done = nodetop("--data-dir", month, "alerts", "try", "cpu=92/90 for 10m", "--since", "-29d")
    assert "it would have opened 0 times" in done.stdout
    assert "the present rule: 3 times; of these this one misses 3, and adds 0" in done.stdout
    assert done.stdout.count("    misses box ") == 3 and "worst 93%" in done.stdout


def test_the_nodes_of_a_hub_are_asked(nodetop: Nodetop, tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('[alerts]\ncpu = "97/96 for 10m"\n')
    options = ("--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 60, "--config", tmp_path / "hub.toml")
    with server(tmp_path / "hub", *options) as hub, hub.client("push") as pusher:
        now = time.time() // STEP * STEP
        samples = []
        for n in range(1, 51):
            cpu = {"busy_percent": 90.0 if 30 <= n < 50 else 5.0}
            cpu |= {"steal_percent": 9.0 if 30 <= n < 50 else 0.0}
            samples.append(sample("web", seq=n, taken_at=now - 3000 + 60 * n, interval=60.0, cpu=cpu))
        assert push(pusher, *samples, sent_at=time.time()).json()["accepted"] == 50
        of_hub = ("--cluster", hub.url, "--since", "-1d", "--json")
        done = nodetop("--data-dir", hub.folder / "data", "alerts", "try", "cpu=80/70 for 5m", *of_hub)
        exact = nodetop("--data-dir", hub.folder / "data", "alerts", "try", "steal>5 for 5m", *of_hub)
    found = json.loads(done.stdout)
    assert (found["nodes"], found["worst_nodes"]["web"]) == (2, 1)
    assert found["present_rule_opened"] == 0, "the rule of the hub, which is 97"
    found = json.loads(exact.stdout)
    assert (found["opened"], found["has_points"], found["worst_nodes"]) == (1, False, {"web": 1})


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("cpux", "is not a rule; examples: cpu="),
        ("cpu=60/70", "cannot clear above its threshold"),
        ("nothing=5", "unknown name 'nothing'"),
        ("silent=5", "silent must be true or false"),
        ("clock_skew=5", "cannot be tried: history does not keep by how much"),
        ("cpu=false", "cpu must be like"),
        ("disk:sda.utilisation!=5", "is not a rule"),
        ("free:/srv<5Q", "is not a number"),
        ("cpu>5 for 3", "needs a unit"),
    ],
)
def test_what_cannot_be_tried_is_refused(nodetop: Nodetop, tmp_path: Path, rule: str, reason: str) -> None:
    done = nodetop("--data-dir", tmp_path, "alerts", "try", rule)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr


def test_rules_of_ones_own_are_tried_beside_themselves(nodetop: Nodetop, tmp_path: Path) -> None:
    (tmp_path / "nodetop.toml").write_text(
        '[alerts.web_down]\nprocess = "nginx"\nlimit = "0"\nbelow = true\nnode = "web*"\n'
    )
    options = ("--config", tmp_path / "nodetop.toml", "--data-dir", tmp_path, "alerts", "try")
    file = ("--replay", recording(tmp_path))
    done = nodetop(*options, "web_down=1", *file)
    assert "it would have opened 3 times" in done.stdout, done.stderr
    assert "the present rule: 0 times; of these this one misses 0, and adds 3" in done.stdout
    assert done.stdout.count("    adds web nginx ") == 3 and "of: nginx 3" in done.stdout
    assert "it would have opened 0 times" in nodetop(*options, "web_down", *file).stdout


def test_without_history_it_says_so(nodetop: Nodetop, tmp_path: Path) -> None:
    done = nodetop("--data-dir", tmp_path, "alerts", "try", "cpu=90")
    assert (done.returncode, done.stderr) == (1, "nodetop: no data in that time range\n")
