"""nodetop and a reference over the same seconds; loads that end with the test."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self, TypeVar

Snapshot = dict[str, Any]
Snapshots = list[Snapshot]
T = TypeVar("T")
ENVIRONMENT = {**os.environ, "LC_ALL": "C", "S_TIME_FORMAT": "ISO", "S_COLORS": "never"}


class Watch:
    """A running `nodetop --json`; its snapshots one by one, as they are taken."""

    def __init__(self, *arguments: str, interval: float = 1.0, prefix: Sequence[str] = ()) -> None:
        options = ["--json", "--count", "0", "--interval", str(interval), *arguments]
        command = [*prefix, sys.executable, "-m", "nodetop", *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    @property
    def pid(self) -> int:
        """nodetop's own, where no prefix stands before it."""
        return self._process.pid

    def next(self) -> Snapshot:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"nodetop ended with {self._process.wait()}"
        found: Snapshot = json.loads(line)
        return found

    def until(self, moment: float) -> Snapshots:
        """Those up to the first one that was taken after this time (of time.time())."""
        found = [self.next()]
        while found[-1]["taken_at"] <= moment:
            found.append(self.next())
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def elapsed(snapshot_: Snapshot, probe: str) -> float:
    """Seconds that the rates of a probe are over, which are those between its own readings: a rate times these is
    exactly what the counter grew by. The interval is that between two snapshots, and on a busy machine another one."""
    found: float = next(each["elapsed_seconds"] for each in snapshot_["probes"] if each["name"] == probe)
    return found


def snapshot(*arguments: str, prefix: Sequence[str] = ()) -> Snapshot:
    """One of now."""
    with Watch(*arguments, interval=0.5, prefix=prefix) as watch:
        return watch.next()


def at_once(watch: Watch, reference: Callable[[], T]) -> tuple[Snapshot, T]:
    """The next snapshot, and what the reference says a few thousandths of a second after it was taken."""
    return watch.next(), reference()


@dataclass(frozen=True)
class Beside:
    """What both sides said of the same seconds."""

    ours: Snapshots
    text: str
    """The reference's output."""
    before: Any
    after: Any
    """Counters at the start and at the end."""

    def over_time(self, probe: str, value: Callable[[Snapshot], float | None]) -> float | None:
        """The mean over these seconds of what a probe says, each value by the seconds it is over; None where it was
        never known."""
        return weighted([(value(each), elapsed(each, probe)) for each in self.ours])

    def seconds(self, probe: str) -> float:
        """Between a probe's first reading and its last."""
        return sum(elapsed(each, probe) for each in self.ours)


def beside(seconds: int, *reference: str, counted: Callable[[], Any] = lambda: None) -> Beside:
    """Waits for nodetop's first snapshot, and starts the reference that very moment: each following snapshot, one a
    second, and the reference, which runs as long, measure the same seconds except for a few hundredths."""
    with Watch() as watch:
        watch.next()
        before = counted()
        with subprocess.Popen(reference, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as theirs:
            ours = [watch.next() for _ in range(seconds)]
            after = counted()
            text, _ = theirs.communicate(timeout=60)
    assert theirs.returncode == 0, f"{' '.join(reference)}: ended with {theirs.returncode}"
    return Beside(ours, text, before, after)


def weighted(pairs: Sequence[tuple[float | None, float]]) -> float | None:
    """The mean of the values that are known, each by its weight."""
    known = [(value, weight) for value, weight in pairs if value is not None]
    whole = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / whole if whole else None


def run(*command: str, **options: Any) -> str:
    """Output of a command that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=120, **options)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


def reason(stderr: str) -> str:
    """Why a command failed, in its own words but for the folders of a test."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    told = [line for line in lines if re.search("failed|denied|permitted|unknown", line, re.I)] or lines
    return re.sub(r"/\S*/", "", told[0])[:100] if told else "no reason told"


@contextmanager
def load(*command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A command that makes load while the block runs, with all that it started."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    # stress-ng wants a folder that it may write into.
    process = subprocess.Popen(command, cwd=tempfile.gettempdir(), **quiet)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        assert process.poll() is None, f"{' '.join(command)}: ended with {process.returncode}, and made no load"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def ready(*command: str, **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """A command that has written its first line, and goes on; killed at the end, with all that it started."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, **options)
    try:
        assert process.stdout is not None
        assert process.stdout.readline(), f"{' '.join(command)}: ended with {process.wait()}"
        yield process
    finally:
        with suppress(ProcessLookupError):  # it has ended of itself
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
