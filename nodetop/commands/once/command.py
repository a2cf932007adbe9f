"""`nodetop --once`: a readable summary, of this host, of a recording or of a hub."""

import os

from nodetop.commands.base.latest import latest
from nodetop.commands.base.mode import Mode
from nodetop.commands.base.output import print_error
from nodetop.settings.options import Settings


def print_once(mode: Mode, settings: Settings, first_gap: float) -> int:
    """Returns the exit code; raises click.UsageError, RecordingError, OSError."""
    if settings.cluster:
        return _print_cluster(settings, mode.node, mode.at)
    snapshots, notices = latest(mode, settings, first_gap)
    from nodetop.commands.once.summary import print_summary  # late: imports rich while nothing is being measured

    print_summary(snapshots, settings, ascii_only=_is_ascii(settings))
    for notice in notices:
        print_error(notice)
    return 0


def _print_cluster(settings: Settings, node: str | None, at: str | None) -> int:
    from nodetop.commands.base.hub import ask, opened  # late: only a hub needs asyncio and HTTP
    from nodetop.commands.base.past import asked_at, parse_at
    from nodetop.commands.once.cluster import print_cluster
    from nodetop.commands.once.summary import print_summary

    moment = parse_at(at)

    async def run() -> None:
        async with opened(settings) as source:
            asked = asked_at(source, moment)
            if node is not None:
                print_summary([await asked.snapshot(node)], settings, ascii_only=_is_ascii(settings))
            else:
                summary, nodes = await asked.overview()
                print_cluster(source.name, summary, nodes, settings, ascii_only=_is_ascii(settings))

    return 0 if ask(run()) else 1


def _is_ascii(settings: Settings) -> bool:
    from nodetop.drawing.terminal import wants_ascii  # nobody draws while the host is measured

    return wants_ascii(os.environ) if settings.ascii is None else settings.ascii
