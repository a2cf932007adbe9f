"""`nodetop` in a terminal: the monitor of this host, a recording or a hub."""

import os
import sys

import click

from nodetop.commands.base.mode import Mode
from nodetop.settings.options import Settings


def monitor(mode: Mode, settings: Settings) -> int:
    """Returns the exit code; raises click.UsageError, RecordingError, OSError."""
    _need_terminal()
    _check_keys(settings)
    if mode.replay and mode.at is not None:
        from nodetop.commands.monitor.recording import monitor_recording_at  # each way to start loads what it shows

        return monitor_recording_at(mode.replay, settings, mode.at)
    at = _at(mode)
    if settings.cluster:
        from nodetop.commands.monitor.cluster import monitor_cluster

        return monitor_cluster(settings, mode.node, at)
    if mode.demo:
        from nodetop.commands.monitor.demo import monitor_demo

        return monitor_demo(settings, mode.speed)
    if mode.replay:
        from nodetop.commands.monitor.recording import monitor_recording

        return monitor_recording(mode.replay, settings, mode.speed)
    from nodetop.commands.monitor.host import monitor_host

    with mode.recording() as recording:
        return monitor_host(settings, recording, at)


def _at(mode: Mode) -> float | None:
    """The time to stand at; None: live. Raises click.UsageError."""
    if mode.at is None:
        return None
    from nodetop.commands.base.past import parse_at  # the usual start is live

    return parse_at(mode.at)


def _need_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise click.UsageError("the monitor needs a terminal; scripts use --once or --json")
    if os.environ.get("TERM") == "dumb":
        raise click.UsageError("this terminal cannot show the monitor (TERM=dumb); use --once, or set TERM")


def _check_keys(settings: Settings) -> None:
    """Refuses a preset given by a flag that conflicts with keys of the settings file."""
    from nodetop.keys.keymap import KeymapError, keymap  # when it is known that there is a terminal

    try:
        keymap(settings.keys, settings.key_changes)
    except KeymapError as error:
        raise click.UsageError(f"keys {settings.keys} conflicts with [keys] in the settings file: {error}") from None
