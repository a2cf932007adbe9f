"""`nodetop --demo`: a recorded day of a made-up fleet, whose last ten minutes are played."""

from msgspec.structs import replace

from nodetop.commands.monitor.recording import monitor_recording
from nodetop.recording.demo import DEMO_FILE, PLAYED_SECONDS
from nodetop.settings.options import Settings


def monitor_demo(settings: Settings, speed: float | None) -> int:
    """Returns the exit code. What a user tries out there is not written to the settings file."""
    return monitor_recording(
        DEMO_FILE, replace(settings, settings_file=None), 1.0 if speed is None else speed, PLAYED_SECONDS
    )
