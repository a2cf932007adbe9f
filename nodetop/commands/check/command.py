"""`nodetop --check`: checks conditions on this host, in a recording or on the nodes of a hub."""

from collections.abc import Sequence
from contextlib import closing

import click
from msgspec.structs import replace

from nodetop.base.terms import TermError
from nodetop.commands.base.host import host_sampler
from nodetop.commands.base.latest import latest
from nodetop.commands.base.mode import Mode
from nodetop.commands.base.output import print_error, print_text
from nodetop.commands.check.snapshots import check_snapshots
from nodetop.commands.check.verdict import EXIT_UNKNOWN, Verdict, exit_code, lines
from nodetop.model.condition import Condition, parse
from nodetop.model.snapshot import NodeSnapshot
from nodetop.settings.options import Settings

ALERTS = "alerts"
"""The condition that a hub has no alert that needs attention."""


def check(mode: Mode, settings: Settings, first_gap: float) -> int:
    """Prints a line for each condition and node. Returns the exit code; raises click.UsageError, RecordingError,
    OSError."""
    if ALERTS in mode.conditions:
        from nodetop.commands.check.alerts import check_alerts  # late: only a hub needs asyncio and HTTP

        if mode.conditions != (ALERTS,):
            raise click.UsageError("--check alerts does not go with other conditions")
        return check_alerts(mode, settings)
    wanted = _conditions(mode.conditions)
    if settings.cluster:
        from nodetop.commands.check.cluster import check_cluster  # late: only a hub needs asyncio and HTTP

        of_cluster = check_cluster(settings, mode.node, wanted, mode.at)
        return EXIT_UNKNOWN if of_cluster is None else print_verdicts(of_cluster, with_node=True)
    snapshots, notices = latest(mode, settings, first_gap)
    verdicts = check_snapshots(
        snapshots, wanted, None if mode.replay or mode.at else lambda: _with_all_mounts(settings)
    )
    code = print_verdicts(verdicts)
    for notice in notices:
        print_error(notice)
    return code


def print_verdicts(verdicts: Sequence[Verdict], *, with_node: bool = False) -> int:
    """Prints a line each; with the node's name if `with_node` or if there are several nodes. Returns the exit code;
    raises OSError."""
    several = len({each.node for each in verdicts}) > 1
    print_text("".join(f"{line}\n" for line in lines(verdicts, with_node=with_node or several)))
    return exit_code(verdicts)


def _conditions(texts: Sequence[str]) -> list[Condition]:
    """The conditions given on the command line. Raises click.UsageError."""
    try:
        return [parse(text) for text in texts]
    except TermError as error:
        raise click.UsageError(f"--check: {error}") from None


def _with_all_mounts(settings: Settings) -> NodeSnapshot:
    with closing(host_sampler(replace(settings, all_filesystems=True))) as sampler:
        return sampler.sample()
