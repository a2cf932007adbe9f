"""`nodetop` in a terminal: the monitor, of this host, of a recording or of a hub."""

import os
import sys

import click

from nodetop.commands.base.mode import Mode
from nodetop.settings.options import Settings


def monitor(mode: Mode, settings: Settings) -> int:
    """Returns the exit code; raises click.UsageError, RecordingError, OSError."""
    _need_terminal()
    _check_keys(settings)
    settings.required_data_dir()  # refused before the screen changes
    if settings.cluster:
        from nodetop.commands.monitor.cluster import monitor_cluster

        return monitor_cluster(settings, mode.node)
    if mode.replay:
        from nodetop.commands.monitor.recording import monitor_recording

        return monitor_recording(mode.replay, settings, mode.speed)
    from nodetop.commands.monitor.host import monitor_host

    with mode.recording() as recording:
        return monitor_host(settings, recording)


def _need_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise click.UsageError("the monitor needs a terminal; scripts use --once or --json")
    if os.environ.get("TERM") == "dumb":
        raise click.UsageError("the terminal says that it cannot be drawn on (TERM=dumb); use --once, or set TERM")


def _check_keys(settings: Settings) -> None:
    """A preset chosen by a flag may clash with keys of the file."""
    from nodetop.keys.keymap import KeymapError, keymap

    try:
        keymap(settings.keys, settings.key_changes)
    except KeymapError as error:
        raise click.UsageError(f"keys {settings.keys} with the table [keys] of the settings file: {error}") from None
