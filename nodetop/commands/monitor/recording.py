"""`nodetop --replay FILE`: a recorded file in the same screens."""

from pathlib import Path
from typing import Any

from nodetop.commands.base.output import print_error
from nodetop.commands.monitor.start import first_frame, given_back, import_asyncio_without_tls
from nodetop.settings.options import Settings
from nodetop.terminal.tty import Tty


def monitor_recording(path: Path, settings: Settings, speed: float | None, played_seconds: float | None = None) -> int:
    """See ReplaySource. Returns the exit code; raises RecordingError."""
    import_asyncio_without_tls()
    from nodetop.sources.replay import ReplaySource  # late: it imports asyncio

    source = ReplaySource(path, speed=speed, played_seconds=played_seconds)
    return _shown(source, settings)


def monitor_recording_at(path: Path, settings: Settings, text: str) -> int:
    """Shows the whole file, at first as it was at the time of --at. Returns the exit code; raises RecordingError,
    click.UsageError."""
    import_asyncio_without_tls()
    from nodetop.commands.base.past import parse_recorded_at
    from nodetop.sources.replay import ReplaySource  # late: it imports asyncio

    source = ReplaySource(path, speed=0.0)
    return _shown(source, settings, parse_recorded_at((source.times()[0], source.times()[-1]), text))


def _shown(source: Any, settings: Settings, at: float | None = None) -> int:
    is_plain = source.cluster is None and at is None  # else the first frame would show something else
    tty = first_frame(source.latest(), settings) if is_plain else Tty.open()
    with given_back(tty):
        from nodetop.commands.monitor.run_app import run_app  # late: Textual, after the first frame

        code = run_app(source, settings, tty, at=at)
    for notice in source.notices:
        print_error(notice)
    return code
