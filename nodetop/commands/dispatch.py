"""Selects the command for a mode. Imports are late, so that a script loads only what it needs."""

import gc

import click

from nodetop.commands.base.mode import Mode
from nodetop.recording.error import RecordingError
from nodetop.settings.options import Settings


def run(mode: Mode, settings: Settings, first_gap: float) -> int:
    """Runs the command. `first_gap`: seconds between the two samples from which a script's first rates are computed.
    Returns the exit code; raises click.UsageError, OSError."""
    if mode.is_script:
        gc.enable()
    try:
        if mode.check:
            from nodetop.commands.check.command import check  # a script pays only for what it asked for

            return check(mode, settings, first_gap)
        if mode.as_json:
            from nodetop.commands.json.command import print_json

            return print_json(mode, settings, first_gap)
        if mode.once:
            from nodetop.commands.once.command import print_once

            return print_once(mode, settings, first_gap)
        from nodetop.commands.monitor.command import monitor  # as above

        return monitor(mode, settings)
    except RecordingError as error:
        raise click.UsageError(str(error)) from None
