"""Reading after reading: rates over the time between them, gaps, and what a probe throws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.clock import FakeClock
from nodetop.probes.base.probe import Unavailable
from nodetop.probes.base.runner import ClockReading, ProbeRunner, one_line
from tests.probes.base.counter import Counter


def test_each_reading_is_derived_against_the_one_before() -> None:
    clock, probe = FakeClock(), Counter()
    runner = ProbeRunner(probe, clock)
    assert runner.run().metric is None
    clock.advance(2)
    probe.value = 10
    assert runner.run().metric == 5.0
    assert probe.derived == [(None, 0, None), (0, 10, 2.0)]


def test_what_a_reading_needs_is_done_before_its_time_is_counted() -> None:
    clock, probe = FakeClock(), Counter()
    runner = ProbeRunner(probe, clock)
    probe.prepare = lambda: clock.advance(3)  # type: ignore[method-assign]
    for _ in range(2):
        runner.prepare()
        outcome = runner.run()
        assert outcome.report.seconds == 3.0
        clock.advance(1)
    assert outcome.report.elapsed_seconds == 4.0 and outcome.began == clock.monotonic() - 1


def test_a_probe_that_cannot_prepare_says_so_in_its_reading() -> None:
    probe = Counter(trouble=OSError(5, "Input/output error"))
    probe.prepare = probe.read  # type: ignore[assignment, method-assign]
    runner = ProbeRunner(probe, FakeClock())
    runner.prepare()
    assert runner.run().report.reason == "Input/output error"


def test_a_suspend_is_a_gap() -> None:
    clock, probe = FakeClock(), Counter()
    runner = ProbeRunner(probe, clock)
    runner.run()
    clock.advance(2)
    clock.suspend(3600)
    assert runner.run().metric is None
    clock.advance(2)
    probe.value = 4
    assert runner.run().metric == 2.0
    assert [elapsed for _, _, elapsed in probe.derived] == [None, None, 2.0]


def test_a_stepped_wall_clock_is_no_gap() -> None:
    clock, probe = FakeClock(), Counter()
    runner = ProbeRunner(probe, clock)
    runner.run()
    clock.advance(2)
    clock.step(-86_400)
    assert runner.run().metric == 0.0


def test_after_a_failure_the_rate_is_over_the_whole_time() -> None:
    clock, probe = FakeClock(), Counter()
    runner = ProbeRunner(probe, clock)
    runner.run()
    clock.advance(1)
    probe.trouble = PermissionError(13, "Permission denied", "/proc/secret")
    failed = runner.run()
    assert (failed.metric, failed.report.status) == (None, "failed")
    assert failed.report.reason == "Permission denied: /proc/secret"
    clock.advance(1)
    probe.trouble, probe.value = None, 10
    assert runner.run().metric == 5.0


def test_what_this_machine_lacks_is_unavailable() -> None:
    report = ProbeRunner(Counter(trouble=Unavailable("no sensors")), FakeClock()).run().report
    assert (report.status, report.reason) == ("unavailable", "no sensors")


def test_a_derivation_that_fails_costs_one_sample() -> None:
    clock, probe = FakeClock(), Counter()
    runner = ProbeRunner(probe, clock)
    runner.run()
    clock.advance(1)
    probe.value = "many"  # type: ignore[assignment]
    report = runner.run().report
    assert report.status == "failed" and report.reason is not None and report.reason.startswith("TypeError: ")
    probe.value = 5
    clock.advance(1)
    assert runner.run().report.status == "failed"
    clock.advance(1)
    assert runner.run().metric == 0.0


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(5, "Input/output error"), "Input/output error"),
        (OSError("odd"), "OSError: odd"),
        (KeyError("MemTotal"), "KeyError: 'MemTotal'"),
        (ValueError("two\nlines\x1b[2J"), "ValueError: two lines\u00b7[2J"),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_reasons_are_one_line(error: Exception, line: str) -> None:
    assert one_line(error) == line


@given(st.text())
def test_any_reason_is_one_safe_line(text: str) -> None:
    assert one_line(ValueError(text)).isprintable()


@given(st.floats(0.001, 1e6), st.floats(0, 1e6))
def test_time_asleep_is_told_from_time_awake(awake: float, asleep: float) -> None:
    before, now = ClockReading(100.0, 200.0), ClockReading(100.0 + awake, 200.0 + awake + asleep)
    if asleep < 0.99:
        assert now.since(before) == pytest.approx(awake)
    if asleep > 1.01:
        assert now.since(before) is None


def test_no_time_between_is_no_elapsed_time() -> None:
    assert ClockReading(1.0, 1.0).since(ClockReading(1.0, 1.0)) is None
    assert ClockReading(1.0, 1.0).since(None) is None


class Odd(BaseException):
    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize("error", [Odd(), SystemExit(3), MemoryError(), RecursionError("deep"), GeneratorExit()])
def test_whatever_a_probe_throws_is_its_own_failure(error: BaseException) -> None:
    report = ProbeRunner(Counter(trouble=error), FakeClock()).run().report  # type: ignore[arg-type]
    assert report.status == "failed" and report.reason is not None
    assert report.reason.startswith(type(error).__name__)


def test_ctrl_c_is_no_failure_of_a_probe() -> None:
    with pytest.raises(KeyboardInterrupt):
        ProbeRunner(Counter(trouble=KeyboardInterrupt()), FakeClock()).run()  # type: ignore[arg-type]


def test_a_rate_times_the_seconds_told_is_what_the_counter_grew() -> None:
    clock, probe = FakeClock(), Counter()
    runner = ProbeRunner(probe, clock)
    assert runner.run().report.elapsed_seconds is None
    for seconds, grown in ((1.7, 1_000_003), (0.25, 7)):
        clock.advance(seconds)
        probe.value += grown
        outcome = runner.run()
        assert outcome.report.elapsed_seconds == pytest.approx(seconds)
        assert round(outcome.metric * outcome.report.elapsed_seconds) == grown
    clock.suspend(600)
    assert runner.run().report.elapsed_seconds is None


def test_why_a_reading_is_only_a_part_is_in_the_report() -> None:
    probe = Counter()
    probe.notice = "only \x1b half"  # type: ignore[attr-defined]
    report = ProbeRunner(probe, FakeClock()).run().report
    assert (report.status, report.reason) == ("ok", "only \u00b7 half")
