"""`nodetop --replay FILE`: a recorded file in the same screens."""

from pathlib import Path

from nodetop.commands.base.output import print_error
from nodetop.commands.monitor.start import first_frame, given_back, import_asyncio_without_tls
from nodetop.settings.options import Settings
from nodetop.terminal.tty import Tty


def monitor_recording(path: Path, settings: Settings, speed: float | None, played_seconds: float | None = None) -> int:
    """See ReplaySource. Returns the exit code; raises RecordingError."""
    import_asyncio_without_tls()
    from nodetop.sources.replay import ReplaySource  # late: it imports asyncio

    source = ReplaySource(path, speed=speed, played_seconds=played_seconds)
    tty = Tty.open() if source.cluster is not None else first_frame(source.latest(), settings)
    with given_back(tty):
        from nodetop.commands.monitor.run_app import run_app  # late: Textual, after the first frame

        code = run_app(source, settings, tty)
    for notice in source.notices:
        print_error(notice)
    return code
