"""`nodetop`: this host, live, or at first as it was at a time in the past."""

from typing import Any

from nodetop.commands.base.host import host_sampler
from nodetop.commands.base.output import print_error
from nodetop.commands.monitor.start import first_frame, given_back, import_asyncio_without_tls
from nodetop.settings.options import Settings
from nodetop.terminal.tty import Tty


def monitor_host(settings: Settings, recording: Any, at: float | None = None) -> int:
    """`recording` is a Recording or None; `at` a time in the past to stand at. Returns the exit code; raises
    OSError."""
    sampler = host_sampler(settings)
    first = sampler.sample(for_first_frame=True)
    can_signal = sampler.files.live and not settings.readonly
    # The first frame would show the present.
    tty = Tty.open() if at is not None else first_frame(first, settings, can_signal=can_signal)
    with given_back(tty):
        if not settings.clusters:
            import_asyncio_without_tls()
        from nodetop.commands.monitor.local_source import live_source  # late: after the first frame
        from nodetop.commands.monitor.run_app import run_app

        source, keeper = live_source(sampler, first, settings, recording)
        targets = None
        if settings.clusters and recording is None:  # a recording is of this host
            from nodetop.commands.monitor.targets import targets_of  # late: most users remember no cluster

            targets = targets_of(settings)
        code = run_app(source, settings, tty, at=at, targets=targets)
    for problem in keeper.problems:
        print_error(problem)
    # Without the requested recording nodetop does not start; without history it does.
    return 1 if recording is not None and recording.problem else code
