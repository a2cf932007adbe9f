"""The monitor, started: the first frame is on the screen before anything is imported that it does not need."""

import sys
from pathlib import Path

from nodetop.commands.click_types import tell
from nodetop.commands.first_frame import show_first_frame
from nodetop.commands.host import host_sampler
from nodetop.model.snapshot import NodeSnapshot
from nodetop.recording.file import Recording
from nodetop.settings.options import Settings
from nodetop.sources.source import Source
from nodetop.terminal.tty import Tty


def monitor_host(settings: Settings, recording: Recording | None) -> int:
    """This host, live. Returns the exit code."""
    sampler = host_sampler(settings)
    first = sampler.sample()
    tty = _first_frame(first, settings, can_signal=sampler.files.live and not settings.readonly)
    _import_asyncio_without_tls()
    from nodetop.commands.live import live_source

    source, keeper = live_source(sampler, first, settings, recording)
    code = _run(source, settings, tty)
    for problem in keeper.problems:
        tell(problem)
    # A recording was asked for; history is only kept where it can be.
    return 1 if recording is not None and recording.problem else code


def monitor_recording(path: Path, settings: Settings, speed: float | None) -> int:
    """A recorded file in the same screens. Returns the exit code; raises RecordingError."""
    _import_asyncio_without_tls()
    from nodetop.sources.replay import ReplaySource

    source = ReplaySource(path, speed=speed)
    code = _run(source, settings, Tty.open() if source.cluster is not None else _first_frame(source.latest(), settings))
    for notice in source.notices:
        print(f"nodetop: {notice}", file=sys.stderr)
    return code


def _import_asyncio_without_tls() -> None:
    """asyncio loads OpenSSL for whoever may want it: 4 MiB and 5 ms that a monitor of this host does without."""
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]  # Python's own way to say: this cannot be imported
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]


def _first_frame(snapshot: NodeSnapshot, settings: Settings, *, can_signal: bool = False) -> Tty | None:
    """The terminal, with a first frame on it. None where Textual's own driver is to be used."""
    tty = Tty.open()
    if tty is not None:
        show_first_frame(tty, snapshot, settings, can_signal=can_signal)
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
