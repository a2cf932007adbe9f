"""The lines at the top and the bottom."""

import time

import pytest

from nodetop.drawing.runs import plain
from nodetop.history.means import mean_snapshot
from nodetop.model.panels import Panels
from nodetop.model.snapshot import CpuMetrics, FilesystemMetrics, HistoryPoint, MonitorCost, NodeSnapshot, ProbeReport
from nodetop.widgets.base.footer import FooterPanel, HintFooter
from nodetop.widgets.base.view import View
from nodetop.widgets.node.header import HeaderPanel
from tests.widgets.scenes import START, played

KEYS = (("?", "Help"), ("/", "Filter"), ("F6", "Sort"), ("q", "Quit"))


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def header(view: View, width: int = 160) -> str:
    return plain(HeaderPanel().lines(view, width, 1)[0])


def test_the_header_says_which_machine_and_how_it_is() -> None:
    line = header(played(3), 180)
    assert line.startswith(" web-01  Debian GNU/Linux 12  6.1.0-18-amd64  up 12d 3h  ")
    assert "nodetop  0.3% 41.0M   8ms  ● live 2s" in line
    assert line.endswith("● live 2s  22:13:24 ")


def test_the_load_is_in_the_header_while_the_panel_of_the_cpu_is_not_shown() -> None:
    view = played(3)
    view.layout = Panels(zoomed="processes")
    assert "   8ms  load " in header(view, 180)
    view.layout = Panels(hidden=frozenset({"cpu"}))
    assert "   8ms  load " in header(view, 180)


def test_what_matters_most_stays_as_it_narrows() -> None:
    view = played(3)
    assert header(view, 80).split("  ")[:2] == [" web-01", "up 12d 3h"]
    assert header(view, 30) == " web-01   ● live 2s  22:13:24 "
    assert header(view, 22) == " web-01     ● live 2s "
    assert header(view, 12) == "  ● live 2s "
    assert header(view, 4) == "● li"


def test_paused_stale_and_past_are_told_in_words() -> None:
    view = played(30)
    view.paused = True
    view.now += 40
    assert "! paused 40s" in header(view)
    view.problem = "hub does not answer"
    assert "‼ stale 40s" in header(view)
    view.problem, view.position, view.snapshot = None, 10, view.ring[10]
    assert "▶ 22:13:40, 1m 18s ago" in header(view)
    assert "▶ replay" in header(View(snapshot=view.snapshot, replay=True, now=START))
    assert "starting" in header(View())
    assert "‼ no data" in header(View(problem="refused"))


def test_a_mean_does_not_reach_beyond_now() -> None:
    view = played(30)
    view.snapshot = mean_snapshot("web-01", HistoryPoint(at=START, samples=9), 300.0)
    view.position, view.now = 0, START + 120
    view.moment = START + 1.0
    assert "▶ 22:13-22:15 5-minute mean" in header(view)
    view.now = START + 1200
    assert "▶ 22:13-22:18 5-minute mean" in header(view)


def test_probes_that_fail_or_dawdle_are_named() -> None:
    reports = (
        ProbeReport(name="temperature", seconds=3.2), ProbeReport(name="filesystems", status="stale", age_seconds=9.0),
        ProbeReport(name="cpu", seconds=0.001), ProbeReport(name="networks", status="unavailable"),
    )  # fmt: skip
    view = View(snapshot=NodeSnapshot(node="n", taken_at=1.0, probes=reports), now=2.0)
    assert "! temperature takes 3.2s, filesystems 9s old  " in header(view)
    assert "networks" not in header(view)
    assert "! temperature, filesystems  ● live" in header(view, 60)


def test_why_a_probe_is_late_or_failed_is_told() -> None:
    reports = (
        ProbeReport(name="disks", status="failed", reason="Permission denied: /proc/diskstats\x1b]0;"),
        ProbeReport(name="temperature", status="stale", age_seconds=130.0, reason="the next reading hangs for 130 s"),
        ProbeReport(name="filesystems", status="stale", reason="no reading yet after 3 s"),
    )
    line = header(View(snapshot=NodeSnapshot(node="n", taken_at=1.0, probes=reports), now=2.0), 200)
    assert "disks failed: Permission denied: /proc/diskstats·]0;, temperature 2m old: the next reading hangs" in line
    assert "filesystems: no reading yet after 3 s" in line


def test_a_mount_that_does_not_answer_is_named_with_the_age_of_what_is_known() -> None:
    def files(*answers: bool) -> str:
        mounts = tuple(
            FilesystemMetrics(
                device="d", mount_point=f"/mnt/{index}", fs_type="nfs", total_bytes=5 if is_known else None
            )
            for index, is_known in enumerate(answers)
        )
        reports = (ProbeReport(name="filesystems", age_seconds=12.0),)
        return header(View(snapshot=NodeSnapshot(node="n", taken_at=1.0, filesystems=mounts, probes=reports), now=2.0))

    assert "! filesystems 12s old: /mnt/1 does not answer  " in files(True, False)
    assert "! filesystems 12s old: /mnt/1 does not answer, +1  " in files(True, False, False)
    assert "!" not in files(True, True)
    assert "!" not in files(False, False)  # another machine's tree: nobody was asked


@pytest.mark.parametrize("width", range(20, 200, 9))
def test_nothing_moves_as_the_cost_changes(width: int) -> None:
    def at(cpu: float | None, size: int | None, seconds: float | None) -> str:
        cost = MonitorCost(cpu_percent=cpu, resident_bytes=size, sampling_seconds=seconds)
        return header(View(snapshot=NodeSnapshot(node="n", taken_at=1.0, monitor=cost), now=2.0), width)

    lines = {
        (at(*each).find("nodetop"), at(*each).find("●"), len(at(*each)))
        for each in (
            (None, None, None), (0.04, 2**20, 0.0001), (9.96, 999 * 2**20, 0.0123), (100.0, 2**30, 0.999),
            (3200.0, 2**44, 12.0),
        )
    }  # fmt: skip
    assert len(lines) == 1


def test_where_there_is_little_room_the_cost_is_its_cpu_alone() -> None:
    assert "nodetop  0.3% 41.0M   8ms" in header(played(3), 112)
    cost = MonitorCost(cpu_percent=0.34, resident_bytes=41 * 2**20, sampling_seconds=0.0075)
    assert "nodetop  0.3%  ● live 2s" in header(View(snapshot=NodeSnapshot(node="n", taken_at=1.0, monitor=cost)), 40)


def test_an_impossible_time_is_a_dash() -> None:
    assert "--:--:--" in header(View(now=1e18))


def test_the_keys_that_fit_are_shown() -> None:
    panel = FooterPanel(KEYS)
    assert plain(panel.lines(View(), 40, 1)[0]) == " ? Help  / Filter  F6 Sort  q Quit      "
    assert plain(panel.lines(View(), 20, 1)[0]) == " ? Help  / Filter   "
    assert plain(panel.lines(View(), 5, 1)[0]) == "     "


def test_a_problem_takes_the_place_of_the_keys() -> None:
    line = plain(FooterPanel(KEYS).lines(View(problem="hub does not answer: \x1b]0;x"), 60, 1)[0])
    assert line.startswith(" ‼ hub does not answer: ·]0;x")
    assert plain(FooterPanel(KEYS).lines(View(problem="hub does not answer"), 12, 1)[0]) == " ‼ hub does…"
    hinting = HintFooter(KEYS)
    hinting.say("this is the past")
    assert plain(hinting.lines(View(), 12, 1)[0]) == " ▶ this is …"


def test_what_else_is_wrong_is_told_before_the_uptime() -> None:
    view = played(3)
    view.notice = "history is not being kept: /var/x: the disk is full: free some space"
    assert "! history is not being kept  ! filesystems" in header(view, 100)
    assert header(view, 80).split("  ")[0] == " web-01"
    assert "! history is not being kept" in header(view, 80)
    assert header(view, 30) == " web-01   ● live 2s  22:13:24 "


@pytest.mark.parametrize("seconds", [0.0, 0.00004, 0.0007, 0.00094, 0.00096, 0.0123, 0.9994, 0.9996, 12.0, 4000.0])
@pytest.mark.parametrize("load", [0.5, 99.99, 100.25, 1234.5, 99999.0])
def test_cells_never_touch(seconds: float, load: float) -> None:
    cost = MonitorCost(cpu_percent=128 * 100.0, resident_bytes=1023 * 2**20, sampling_seconds=seconds)
    cpu = CpuMetrics(load_1m=load, load_5m=load, load_15m=load)
    snapshot = NodeSnapshot(node="n", taken_at=1.0, monitor=cost, cpu=cpu)
    line = header(View(snapshot=snapshot, now=2.0, layout=Panels(zoomed="disks")), 160)
    words = line.split()
    place = words.index("nodetop")
    assert words[place + 1 : place + 3] == ["12800%", "1023M"]
    assert words[place + 3].endswith("s") and words[place + 4] == "load"
    assert [float(word) for word in words[place + 5 : place + 8]] == [pytest.approx(load, abs=0.5)] * 3


def test_what_nobody_asked_is_not_called_silent() -> None:
    mounts = (
        FilesystemMetrics(device="d", mount_point="/", fs_type="ext4", total_bytes=5),
        FilesystemMetrics(device="d", mount_point="/data", fs_type="nfs4", asked=False),
    )
    assert "does not answer" not in header(View(snapshot=NodeSnapshot(node="n", taken_at=1.0, filesystems=mounts)))


def test_a_recording_is_shown_with_its_file_and_a_replay_with_its_length() -> None:
    view = played(3)
    view.recording = "day.jsonl.gz"
    assert "● rec day.jsonl.gz" in header(view, 160) and "● rec" in header(view, 80)
    view.recording, view.replay, view.replayed = None, True, (130.0, 900.0)
    assert "▶ replay 2m 10s of 15m" in header(view)
    view.replayed = (900.0, 900.0)
    assert "▶ replay, end of 15m" in header(view)


def test_a_click_on_the_last_line_finds_the_key_that_is_shown_there() -> None:
    panel = FooterPanel((*KEYS, ("[ ]", "step")))
    panel.lines(View(), 60, 1)
    assert [panel.key_at(x) for x in (1, 4, 9, 19, 28, 36, 38, 41, 55)] == [
        "?", "?", "/", "F6", "q", "[", "]", "[", None,
    ]  # fmt: skip
