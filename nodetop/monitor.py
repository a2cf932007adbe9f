"""The monitor, started: what is seen first comes first, what is heavy to import after it."""

import sys
from collections.abc import Sequence
from pathlib import Path

from nodetop.first_frame import show_first_frame
from nodetop.history.recorder import Recorder as HistoryRecorder
from nodetop.history.store import HistoryStore
from nodetop.model import HistoryPoint, NodeSnapshot
from nodetop.recording import Recording
from nodetop.settings import Settings
from nodetop.sources.local import LocalSource, Recorder
from nodetop.sources.replay import ReplaySource
from nodetop.sources.source import Source
from nodetop.tty import Tty


def monitor_host(settings: Settings, recording: Recording | None) -> int:
    """This host, live. Returns the exit code."""
    from nodetop.host import host_sampler

    sampler = host_sampler(settings)
    first = sampler.sample()
    tty = _first_frame(first, settings)
    history = _history(settings, sampler.node) if settings.history else None
    recorder = Tee(recording, history) if recording else history
    source = LocalSource(sampler, interval=settings.interval, recorder=recorder)
    source.start_with(first)
    code = _run(source, settings, tty)
    if history and history.problem:
        print(f"nodetop: {history.problem}", file=sys.stderr)
    return code


def monitor_recording(path: Path, settings: Settings, speed: float) -> int:
    """A recorded file in the same screens. Returns the exit code; raises RecordingError."""
    source = ReplaySource(path, speed=speed)
    return _run(source, settings, Tty.open() if source.is_cluster else _first_frame(source.latest(), settings))


class Tee:
    """A recording and, where it is kept, the history: both get every sample."""

    def __init__(self, recording: Recording, history: Recorder | None) -> None:
        self._recording = recording
        self._history = history

    def add(self, snapshot: NodeSnapshot) -> None:
        self._recording.add(snapshot)
        if self._history:
            self._history.add(snapshot)

    def points(self, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        return self._history.points(since, until, step) if self._history else []

    def close(self) -> None:
        if self._history:
            self._history.close()


def _history(settings: Settings, node: str) -> HistoryRecorder:
    return HistoryRecorder(HistoryStore(settings.data_dir / "history"), node)


def _first_frame(snapshot: NodeSnapshot, settings: Settings) -> Tty | None:
    """The terminal, with a first frame on it. None where Textual's own driver is to be used."""
    tty = Tty.open()
    if tty is not None:
        show_first_frame(tty, snapshot, settings)
    return tty


def _run(source: Source, settings: Settings, tty: Tty | None) -> int:
    try:
        from nodetop.app import NodetopApp

        app = NodetopApp(source, settings, tty=tty)
        app.run()
        return app.return_code or 0
    finally:
        if tty is not None:
            tty.leave()
