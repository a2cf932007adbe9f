"""`nodetop --replay FILE`: a recorded file in the same screens."""

from pathlib import Path

from nodetop.commands.base.output import tell
from nodetop.commands.monitor.start import first_frame, import_asyncio_without_tls, run_app
from nodetop.settings.options import Settings
from nodetop.terminal.tty import Tty


def monitor_recording(path: Path, settings: Settings, speed: float | None) -> int:
    """Returns the exit code; raises RecordingError."""
    import_asyncio_without_tls()
    from nodetop.sources.replay import ReplaySource

    source = ReplaySource(path, speed=speed)
    tty = Tty.open() if source.cluster is not None else first_frame(source.latest(), settings)
    code = run_app(source, settings, tty)
    for notice in source.notices:
        tell(notice)
    return code
