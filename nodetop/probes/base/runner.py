"""Runs probes: in the sampler's own thread, or, if a probe may block, in a background thread."""

import threading
from contextlib import suppress
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from nodetop.base.clock import Clock
from nodetop.base.text import clean
from nodetop.model.snapshot import ProbeReport
from nodetop.probes.base.pace import Rest, no_rest
from nodetop.probes.base.probe import Probe, Unavailable

SUSPEND_SECONDS = 1.0
"""If boot time grew by this much more than monotonic time between two readings, the machine was suspended."""
_OVERDUE_SECONDS = 5.0


class ClockReading(Struct, frozen=True):
    """Both clocks that count from boot, read together. Seconds."""

    monotonic: float
    boottime: float

    @classmethod
    def of(cls, clock: Clock) -> "ClockReading":
        return cls(clock.monotonic(), clock.boottime())

    def since(self, before: "ClockReading | None") -> float | None:
        """Monotonic seconds since an earlier reading. None without one, or if the machine was suspended in between:
        then it is unknown over what time the counters grew."""
        if before is None:
            return None
        elapsed = self.monotonic - before.monotonic
        asleep = self.boottime - before.boottime - elapsed
        return elapsed if elapsed > 0 and asleep <= SUSPEND_SECONDS else None


class Outcome(Struct, frozen=True):
    """The result of one run of a probe."""

    metric: Any | None
    report: ProbeReport
    began: float
    """Monotonic seconds."""


class ProbeRunner:
    """Runs one probe, and derives each reading against the previous one."""

    def __init__(self, probe: Probe, clock: Clock) -> None:
        self.probe = probe
        self._clock = clock
        self._previous: Any | None = None
        self._at: ClockReading | None = None
        self._prepared_seconds = 0.0

    def prepare(self) -> None:
        """What run() does else, before its time is counted. Raises nothing: an error shows again in the reading."""
        began = self._clock.monotonic()
        with suppress(Exception):
            self.probe.prepare()
        self._prepared_seconds = self._clock.monotonic() - began

    def run(self) -> Outcome:
        """Reads and derives, and reports how that went. Raises nothing except for Ctrl-C: a failing probe affects only
        itself."""
        now = ClockReading.of(self._clock)
        metric: Any | None = None
        elapsed: float | None = None
        status, reason = "ok", ""
        try:
            current = self.probe.read()
            elapsed = now.since(self._at)
            previous = None if elapsed is None else self._previous
            self._previous, self._at = current, now
            metric = self.probe.derive(previous, current, elapsed)
            reason = clean(self.probe.notice or "", 4096)
        except KeyboardInterrupt:
            raise
        except Unavailable as missing:
            status, reason = "unavailable", one_line(missing)
        except BaseException as error:  # whatever it is, it must not affect the other probes
            status, reason, elapsed = "failed", one_line(error), None
        report = ProbeReport(
            name=self.probe.name,
            seconds=max(self._clock.monotonic() - now.monotonic + self._prepared_seconds, 0.0),
            status=status,
            reason=reason or None,
            elapsed_seconds=elapsed,
        )
        return Outcome(metric, report, now.monotonic)


def one_line(error: BaseException) -> str:
    """An error as one plain line."""
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.strerror}: {error.filename}" if error.filename is not None else error.strerror
    else:
        text = _message(error)
        if not isinstance(error, Unavailable):
            text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return clean(" ".join(text.split()), 4096)


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


class BackgroundRunner:
    """Runs a slow probe in a daemon thread. While a reading hangs, it does not start another."""

    def __init__(self, probe: Probe, clock: Clock, rest: Rest = no_rest) -> None:
        """`rest` is called before each reading."""
        self.probe = probe
        self._clock, self._rest = clock, rest
        self._runner = ProbeRunner(probe, clock)
        self._idle = threading.Event()
        self._idle.set()
        self._began: float | None = None
        self._last: Outcome | None = None
        self._no_thread: str | None = None
        """Why the last attempt could not start a reading."""

    def start_if_due(self) -> bool:
        """Starts a reading, unless one is running or the last one began less than slow_seconds ago. Returns True if it
        did. If no thread can be started, the next call tries again."""
        now = self._clock.monotonic()
        if not self._idle.is_set() or (self._began is not None and now - self._began < self.probe.slow_seconds):
            return False
        self._idle.clear()
        try:
            threading.Thread(target=self._run, name=f"nodetop-{self.probe.name}", daemon=True).start()
        except (RuntimeError, MemoryError) as error:  # a limit on processes or memory is reached
            self._idle.set()
            self._no_thread = f"cannot start a thread: {_message(error)}"
            return False
        self._began, self._no_thread = now, None
        return True

    def wait(self, seconds: float) -> None:
        """Waits for the running reading, at most so long."""
        self._idle.wait(max(seconds, 0.0))

    def outcome(self) -> Outcome:
        """The last result with its age. Its status is stale if a newer result is overdue."""
        now, last, began = self._clock.monotonic(), self._last, self._began
        running_for = 0.0 if self._idle.is_set() or began is None else now - began
        if last is None:
            # Without a thread no reading began, so its seconds are unknown and it counts as late at once.
            seconds = running_for if self._no_thread is None else None
            reason = self._no_thread or "no reading yet" + (f" after {running_for:.0f} s" if running_for >= 1 else "")
            report = ProbeReport(name=self.probe.name, seconds=seconds, status="stale", reason=reason)
            return Outcome(None, report, now)
        age = max(now - last.began, 0.0)
        report = replace(last.report, age_seconds=age)
        if self._no_thread:
            report = replace(report, status="stale", reason=self._no_thread)
        if running_for > max(self.probe.slow_seconds, _OVERDUE_SECONDS):
            report = replace(
                report, status="stale", reason=f"the next reading has been hanging for {running_for:.0f} s"
            )
        return Outcome(last.metric, report, last.began)

    def _run(self) -> None:
        try:
            self._rest()
            self._last = self._runner.run()
        finally:
            self._idle.set()
