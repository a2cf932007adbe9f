"""Lanes: probes that may block, read by threads of their own."""

import threading
from dataclasses import dataclass

import pytest

from nodetop.base.clock import FakeClock
from nodetop.model.derived import has_failed
from nodetop.probes.base.runner import BackgroundRunner
from tests.probes.base.counter import Counter, until


def test_a_lane_reads_when_due_and_not_before() -> None:
    clock, probe = FakeClock(), Counter(slow_seconds=5)
    runner = BackgroundRunner(probe, clock)
    assert runner.start_if_due()
    runner.wait(20)
    clock.advance(4.9)
    assert not runner.start_if_due()
    clock.advance(0.2)
    probe.value = 51
    assert runner.start_if_due()
    runner.wait(20)
    assert runner.outcome().metric == pytest.approx(10.0)
    assert probe.reads == 2


def test_a_lane_tells_the_age_of_its_result() -> None:
    clock, probe = FakeClock(), Counter(slow_seconds=5)
    runner = BackgroundRunner(probe, clock)
    runner.start_if_due()
    runner.wait(20)
    clock.advance(3)
    report = runner.outcome().report
    assert (report.status, report.age_seconds) == ("ok", 3.0)


def test_a_lane_that_hangs_is_not_started_twice_and_keeps_its_result() -> None:
    clock, probe = FakeClock(), Counter(slow_seconds=5)
    runner = BackgroundRunner(probe, clock)
    runner.start_if_due()
    runner.wait(20)
    clock.advance(5)
    probe.gate.clear()
    probe.value = 50
    assert runner.start_if_due()
    until(lambda: probe.reads == 2)
    for _ in range(10):
        clock.advance(5)
        assert not runner.start_if_due()
    outcome = runner.outcome()
    assert (outcome.report.status, outcome.report.age_seconds) == ("stale", 55.0)
    assert outcome.report.reason == "the next reading has been hanging for 50 s"
    assert probe.reads == 2
    probe.gate.set()
    runner.wait(20)
    assert runner.outcome().metric == 10.0
    assert runner.outcome().report.status == "ok"


def test_before_its_first_result_a_lane_has_none() -> None:
    clock, probe = FakeClock(), Counter(slow_seconds=5)
    probe.gate.clear()
    runner = BackgroundRunner(probe, clock)
    assert (runner.outcome().report.reason, has_failed(runner.outcome().report)) == ("no reading yet", False)
    runner.start_if_due()
    clock.advance(2)
    assert (runner.outcome().report.reason, has_failed(runner.outcome().report)) == ("no reading yet after 2 s", False)
    clock.advance(5)
    outcome = runner.outcome()
    assert has_failed(outcome.report)
    assert (outcome.metric, outcome.report.status, outcome.report.age_seconds) == (None, "stale", None)
    assert outcome.report.reason == "no reading yet after 7 s"
    probe.gate.set()
    runner.wait(20)
    assert runner.outcome().report.status == "ok"


def test_a_lane_that_fails_says_so_and_tries_again() -> None:
    clock, probe = FakeClock(), Counter(slow_seconds=5, trouble=OSError(5, "Input/output error", "/mnt"))
    runner = BackgroundRunner(probe, clock)
    runner.start_if_due()
    runner.wait(20)
    assert runner.outcome().report.reason == "Input/output error: /mnt"
    probe.trouble = None
    clock.advance(5)
    runner.start_if_due()
    runner.wait(20)
    assert runner.outcome().report.status == "ok"


@dataclass
class Limit:
    """How many more threads may be started."""

    left: int = 0


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    limit, start = Limit(), threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if limit.left <= 0:
            raise RuntimeError("can't start new thread")
        limit.left -= 1
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    return limit


def test_a_lane_that_gets_no_thread_says_so_and_goes_on_as_soon_as_there_is_one(limit: Limit) -> None:
    clock, probe = FakeClock(), Counter(slow_seconds=5)
    runner = BackgroundRunner(probe, clock)
    for _ in range(3):
        assert not runner.start_if_due()
        clock.advance(1)
        report = runner.outcome().report
        assert (report.status, report.reason) == ("stale", "cannot start a thread: can't start new thread")
    limit.left = 1
    assert runner.start_if_due()
    runner.wait(20)
    assert runner.outcome().report.status == "ok"
    clock.advance(6)
    assert not runner.start_if_due()
    report = runner.outcome().report
    assert (report.status, report.age_seconds) == ("stale", 6.0)
    limit.left = 1
    assert runner.start_if_due()
    runner.wait(20)
    assert (runner.outcome().report.status, runner.outcome().report.age_seconds) == ("ok", 0.0)
