"""Runs the app on a source. Imported after the first frame has been drawn."""

import gc
import os
import threading

from nodetop.app import NodetopApp
from nodetop.settings.options import Settings
from nodetop.sources.source import Source
from nodetop.sources.targets import Targets
from nodetop.terminal.tty import Tty

QUIT_SECONDS = 0.8


def run_app(
    source: Source,
    settings: Settings,
    tty: Tty | None,
    node: str | None = None,
    at: float | None = None,
    targets: Targets | None = None,
) -> int:
    """Shows the source until the user quits; `node` is opened first, at a time if one is given. `targets` is what the
    user can switch to. Returns the exit code."""
    gc.freeze()  # no collection looks through what was imported
    gc.enable()
    app = NodetopApp(source, settings, tty=tty, node=node, at=at, targets=targets)
    app.on_exit = lambda: _end_in_time(app, tty)
    app.run()
    return app.return_code or 0


def _end_in_time(app: NodetopApp, tty: Tty | None) -> None:
    """Limits how long quitting can wait for a hub: for a connection to close, for a name to be resolved."""
    if app.source.cluster is None or app.source.is_recording:
        return

    def end() -> None:
        if tty is not None:
            tty.leave()
        os._exit(app.return_code or 0)

    timer = threading.Timer(QUIT_SECONDS, end)
    timer.daemon = True
    timer.start()
