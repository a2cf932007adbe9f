"""`nodetop --check` on this host and on a recording: snapshots in, lines and an exit code out."""

import sys
from collections.abc import Iterable, Sequence

import click

from nodetop.checks.condition import Condition, ConditionError, parse
from nodetop.checks.verdict import Verdict, exit_code, judge, lines
from nodetop.model import NodeSnapshot


def conditions(texts: Sequence[str]) -> list[Condition]:
    """As given on the command line. Raises click.UsageError."""
    try:
        return [parse(text) for text in texts]
    except ConditionError as error:
        raise click.UsageError(f"--check: {error}") from None


def check(snapshots: Iterable[NodeSnapshot], wanted: Sequence[Condition]) -> int:
    """Each condition on each snapshot. Returns the exit code; raises OSError."""
    verdicts = [
        judge(snapshot.node, condition, condition.of_snapshot(snapshot))
        for snapshot in snapshots
        for condition in wanted
    ]
    return tell(verdicts, with_node=len({each.node for each in verdicts}) > 1)


def tell(verdicts: Sequence[Verdict], *, with_node: bool) -> int:
    """Prints a line each. Returns the exit code; raises OSError."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    text = "".join(f"{line}\n" for line in lines(verdicts, with_node=with_node))
    # A locale without these characters gets question marks, not an error.
    sys.stdout.buffer.write(text.encode(sys.stdout.encoding or "utf-8", "replace"))
    sys.stdout.buffer.flush()
    return exit_code(verdicts)
