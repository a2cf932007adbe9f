"""What a running monitor keeps, with any fault of its disk or clock."""

import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from nodetop.base import files
from nodetop.base.clock import FakeClock
from nodetop.history import day_file
from nodetop.history.day_folder import DayFolder
from nodetop.history.recorder import Recorder
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint, Stat
from tests.history.samples import DAY, START, point, sample, wait_until
from tests.history.small_disk import fill

QUICK = 0.01


@contextmanager
def recording(folder: Path, *, flush_seconds: float = QUICK, **options: float) -> Iterator[Recorder]:
    recorder = Recorder(
        HistoryStore(folder), "web-01", flush_seconds=flush_seconds, clock=FakeClock(wall=START), **options
    )
    with closing(recorder):
        yield recorder


def stored(folder: Path, step: float = 0) -> list[HistoryPoint]:
    return HistoryStore(folder).points("web-01", START - 400 * DAY, START + 400 * DAY, step)


def counts(folder: Path) -> dict[float, int]:
    return {each.at - START: each.samples for each in stored(folder)}


def test_a_point_for_each_five_minutes(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        for index in range(130):
            recorder.add(sample(START + 5 * index, busy=float(index)))
        assert {each.at - START: each.samples for each in recorder.points(START, START + DAY, 300)} == {
            0: 60,
            300: 60,
            600: 10,
        }
    assert counts(tmp_path) == {0: 60, 300: 60, 600: 10}
    assert stored(tmp_path)[0].cpu_busy_percent == Stat(mean=29.5, max=59)
    assert recorder.problem is None


def test_the_open_interval_is_on_the_disk_too(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        recorder.add(sample(START))
        wait_until(lambda: counts(tmp_path) == {0: 1})
        recorder.add(sample(START + 5))
        wait_until(lambda: counts(tmp_path) == {0: 2})


def test_a_restart_goes_on_with_the_open_interval(tmp_path: Path) -> None:
    for run in range(3):
        with recording(tmp_path) as recorder:
            for index in range(10):
                recorder.add(sample(START + 60 * run + 5 * index, busy=10.0 * run))
    assert counts(tmp_path) == {0: 30}
    assert stored(tmp_path)[0].cpu_busy_percent == Stat(mean=10, max=20)


def test_a_clock_set_back_goes_on_with_what_was_there(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        recorder.add(sample(START + 900))
        recorder.add(sample(START + 1200))
        recorder.add(sample(START + 1500))
        wait_until(lambda: counts(tmp_path) == {900: 1, 1200: 1, 1500: 1})
        wait_until(lambda: len(recorder._intervals) == 1)
        recorder.add(sample(START + 905, busy=90.0))
        recorder.add(sample(START + 910))
        wait_until(lambda: counts(tmp_path) == {900: 3, 1200: 1, 1500: 1})
        recorder.add(sample(START + 1205))
    assert counts(tmp_path) == {900: 3, 1200: 2, 1500: 1}
    assert stored(tmp_path)[0].cpu_busy_percent is not None
    assert stored(tmp_path)[0].cpu_busy_percent.max == 90


def test_a_machine_that_slept_has_a_gap(tmp_path: Path) -> None:
    with recording(tmp_path) as recorder:
        recorder.add(sample(START))
        recorder.add(sample(START + 8 * 3600))
    assert counts(tmp_path) == {0: 1, 8 * 3600: 1}


def test_a_day_in_a_wrong_year_costs_no_history(tmp_path: Path) -> None:
    HistoryStore(tmp_path).add("web-01", [point(START - DAY)])
    with recording(tmp_path) as recorder:
        recorder.add(sample(START))
        wait_until(lambda: counts(tmp_path) == {-DAY: 1, 0: 1} and recorder._pruned_at is not None)
        recorder._clock.step(400 * DAY)  # type: ignore[attr-defined]
        recorder.add(sample(START + 300 * DAY))
        recorder.add(sample(START + 300))
    assert counts(tmp_path) == {-DAY: 1, 0: 1, 300: 1, 300 * DAY: 1}


def test_old_days_go_at_the_start_and_once_a_day(tmp_path: Path) -> None:
    HistoryStore(tmp_path).add("web-01", [point(START - day * DAY) for day in range(32)])
    with recording(tmp_path) as recorder:
        wait_until(lambda: min(counts(tmp_path)) == -30 * DAY)
        recorder._clock.advance(DAY)  # type: ignore[attr-defined]
        wait_until(lambda: min(counts(tmp_path)) == -29 * DAY)


def test_a_clock_far_ahead_costs_no_history(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.add("web-01", [point(START - day * DAY) for day in range(31)])
    with recording(tmp_path) as recorder:
        recorder._clock.step(40 * DAY)  # type: ignore[attr-defined]
        recorder._clock.advance(DAY)  # type: ignore[attr-defined]
        recorder.add(sample(recorder._clock.wall()))
        wait_until(lambda: max(counts(tmp_path)) > 40 * DAY)
    assert len(counts(tmp_path)) == 32


def test_a_day_of_a_newer_nodetop_does_not_keep_other_days_from_being_written(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    store.add("web-01", [point(START)])
    (path,) = tmp_path.rglob("2026-01-31.json")
    path.write_bytes(day_file.compose(day_file.Header(schema=9, cluster="", node="web-01", day="2026-01-31"), {}))
    kept = path.read_bytes()
    with recording(tmp_path) as recorder:
        recorder.add(sample(START))
        recorder.add(sample(START + DAY))
        wait_until(lambda: DAY in counts(tmp_path))
        wait_until(lambda: recorder.problem is not None)
        assert recorder.problem is not None and "a newer nodetop wrote" in recorder.problem
    assert path.read_bytes() == kept


def test_adding_never_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging, go_on = threading.Event(), threading.Event()

    def hang(descriptor: int) -> None:
        hanging.set()
        go_on.wait(30)

    monkeypatch.setattr(files, "sync", hang)
    try:
        with recording(tmp_path, close_seconds=0.05) as recorder:
            recorder.add(sample(START))
            assert hanging.wait(30)
            for index in range(100):
                recorder.add(sample(START + 5 * index))
        assert recorder.problem == "the last minutes of history were not written: the disk does not answer"
    finally:
        go_on.set()
        recorder._thread.join(30)


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("a file")
    with recording(tmp_path / "history") as recorder:
        recorder.add(sample(START))
        wait_until(lambda: recorder.problem)
        assert recorder.problem == (
            f"history is not being kept: {tmp_path / 'history'}: it is a file where a folder is needed: "
            "move it away, or choose another data folder"
        )
        (tmp_path / "history").unlink()
        wait_until(lambda: recorder.problem is None)
    assert counts(tmp_path / "history") == {0: 1}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with recording(tmp_path / "history") as recorder:
        wait_until(lambda: recorder.problem)
        assert recorder.problem is not None and "no permission: allow this user" in recorder.problem
    tmp_path.chmod(0o700)


def test_a_full_disk_loses_nothing_and_recovers(small_disk: Path) -> None:
    folder = small_disk / "history"
    with recording(folder) as recorder:
        recorder.add(sample(START))
        wait_until(lambda: counts(folder) == {0: 1})
        ballast = fill(small_disk)
        for index in range(10):
            recorder.add(sample(START + 300 * index))
        wait_until(lambda: recorder.problem)
        assert recorder.problem is not None and "the disk is full: free some space" in recorder.problem
        assert "\n" not in recorder.problem
        assert counts(folder) == {0: 1}
        assert len(recorder.points(START, START + DAY, 300)) == 10
        ballast.unlink()
        wait_until(lambda: recorder.problem is None)
    assert counts(folder) == {0: 2} | {300 * index: 1 for index in range(1, 10)}


def test_a_folder_that_is_removed_is_made_again(tmp_path: Path) -> None:
    with recording(tmp_path / "history") as recorder:
        recorder.add(sample(START))
        wait_until(lambda: counts(tmp_path / "history") == {0: 1})
        (tmp_path / "history").rename(tmp_path / "elsewhere")  # at once: the recorder is writing into it
        recorder.add(sample(START + 5))
        wait_until(lambda: counts(tmp_path / "history") == {0: 2})
    assert (tmp_path / "history").stat().st_mode & 0o777 == 0o700


def test_a_newer_history_is_left_alone(tmp_path: Path) -> None:
    HistoryStore(tmp_path).add("web-01", [point()])
    (tmp_path / "schema").write_text("99\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with recording(tmp_path) as recorder:
        recorder.add(sample(START + 300))
        wait_until(lambda: recorder.problem)
        assert recorder.problem is not None and "a newer nodetop wrote" in recorder.problem
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_two_monitors_of_one_host_do_no_harm(tmp_path: Path) -> None:
    with recording(tmp_path) as one, recording(tmp_path) as other:
        for index in range(60):
            one.add(sample(START + 5 * index, busy=float(index)))
            if index >= 30:
                other.add(sample(START + 5 * index, busy=float(index)))
    (kept,) = stored(tmp_path)
    assert 60 <= kept.samples <= 90  # at least what the longer one saw
    assert kept.cpu_busy_percent is not None and kept.cpu_busy_percent.max == 59


def test_waiting_points_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "history").write_text("a file")
    monkeypatch.setattr("nodetop.history.recorder.MAX_INTERVALS", 5)
    with recording(tmp_path / "history") as recorder:
        for index in range(20):
            recorder.add(sample(START + 300 * index))
        assert sorted(recorder._intervals) == [START + 300 * index for index in range(15, 20)]


def test_closing_twice_and_with_nothing_to_write(tmp_path: Path) -> None:
    with recording(tmp_path / "history", flush_seconds=60) as recorder:
        recorder.close()
    assert recorder.problem is None
    assert not list(tmp_path.rglob("*.json"))


def test_what_was_written_last_is_what_closes(tmp_path: Path) -> None:
    with recording(tmp_path, flush_seconds=60) as recorder:
        for index in range(100):
            recorder.add(sample(START + 5 * index))
    assert counts(tmp_path) == {0: 60, 300: 40}
    assert not list(DayFolder(tmp_path).path.rglob("*.tmp"))
