"""How a probe is run: reading after reading in the sampler's own thread, or, if it may block, in a lane of its own."""

import threading
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from nodetop.base.clock import Clock
from nodetop.base.text import clean
from nodetop.model.snapshot import ProbeReport
from nodetop.probes.base.probe import Probe, Unavailable

SUSPEND_SECONDS = 1.0
"""Boot time that runs ahead of monotonic time by more than this between two readings: the machine slept."""
_OVERDUE_SECONDS = 5.0


@dataclass(frozen=True)
class Moment:
    """Both clocks that count from the start of the machine, read together. Seconds."""

    monotonic: float
    boottime: float

    @classmethod
    def of(cls, clock: Clock) -> "Moment":
        return cls(clock.monotonic(), clock.boottime())

    def since(self, before: "Moment | None") -> float | None:
        """Monotonic seconds since an earlier moment; None without one, or where the machine slept in between: then
        nobody knows over what time counters grew."""
        if before is None:
            return None
        elapsed = self.monotonic - before.monotonic
        asleep = self.boottime - before.boottime - elapsed
        return elapsed if elapsed > 0 and asleep <= SUSPEND_SECONDS else None


@dataclass(frozen=True)
class Outcome:
    """What one run of a probe came to."""

    metric: Any | None
    report: ProbeReport
    began: float
    """Monotonic seconds."""


class Series:
    """Reading after reading of one probe, each derived against the one before it."""

    def __init__(self, probe: Probe, clock: Clock) -> None:
        self.probe = probe
        self._clock = clock
        self._previous: Any | None = None
        self._at: Moment | None = None

    def run(self) -> Outcome:
        """Reads and derives, and says how that went. Never raises but for Ctrl-C: a probe that fails costs only
        itself."""
        now = Moment.of(self._clock)
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
        except BaseException as error:  # whatever it is, the other probes have nothing to do with it
            status, reason, elapsed = "failed", one_line(error), None
        report = ProbeReport(
            name=self.probe.name,
            seconds=max(self._clock.monotonic() - now.monotonic, 0.0),
            status=status,
            reason=reason or None,
            elapsed_seconds=elapsed,
        )
        return Outcome(metric, report, now.monotonic)


def one_line(error: BaseException) -> str:
    """What went wrong, in one plain line."""
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.strerror}: {error.filename}" if error.filename is not None else error.strerror
    else:
        text = _said(error)
        if not isinstance(error, Unavailable):
            text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return clean(" ".join(text.split()), 4096)


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


class Lane:
    """Runs a slow probe in a daemon thread, and never a second time while it hangs."""

    def __init__(self, probe: Probe, clock: Clock) -> None:
        self.probe = probe
        self._clock = clock
        self._series = Series(probe, clock)
        self._idle = threading.Event()
        self._idle.set()
        self._began: float | None = None
        self._last: Outcome | None = None
        self._no_thread: str | None = None
        """Why no reading could be started at the last try."""

    def start_if_due(self) -> bool:
        """Starts a reading unless one is going on, or the last one began less than slow_seconds ago; True if it did.
        Where there is no thread to be had it is tried again the next time."""
        now = self._clock.monotonic()
        if not self._idle.is_set() or (self._began is not None and now - self._began < self.probe.slow_seconds):
            return False
        self._idle.clear()
        try:
            threading.Thread(target=self._run, name=f"nodetop-{self.probe.name}", daemon=True).start()
        except (RuntimeError, MemoryError) as error:  # a limit on processes or memory is reached
            self._idle.set()
            self._no_thread = f"no thread to read it in: {_said(error)}"
            return False
        self._began, self._no_thread = now, None
        return True

    def wait(self, seconds: float) -> None:
        """Waits for the reading that goes on, at most so long."""
        self._idle.wait(max(seconds, 0.0))

    def outcome(self) -> Outcome:
        """The last result with its age, and whether it should long have been replaced by a newer one."""
        now, last, began = self._clock.monotonic(), self._last, self._began
        running_for = 0.0 if self._idle.is_set() or began is None else now - began
        if last is None:
            reason = self._no_thread or f"no reading yet, for {running_for:.0f} s"
            return Outcome(None, ProbeReport(name=self.probe.name, status="stale", reason=reason), now)
        age = max(now - last.began, 0.0)
        report = replace(last.report, age_seconds=age)
        if self._no_thread:
            report = replace(report, status="stale", reason=self._no_thread)
        if running_for > max(self.probe.slow_seconds, _OVERDUE_SECONDS):
            report = replace(report, status="stale", reason=f"the next reading hangs for {running_for:.0f} s")
        return Outcome(last.metric, report, last.began)

    def _run(self) -> None:
        try:
            self._last = self._series.run()
        finally:
            self._idle.set()
