"""`nodetop --check` on this host and on a recording: snapshots in, lines and an exit code out."""

import sys
from collections.abc import Callable, Iterable, Sequence

import click

from nodetop.base.terms import TermError
from nodetop.commands.check.condition import Condition, parse
from nodetop.commands.check.verdict import Verdict, exit_code, judge, lines
from nodetop.model.found import Found
from nodetop.model.snapshot import NodeSnapshot


def conditions(texts: Sequence[str]) -> list[Condition]:
    """As given on the command line. Raises click.UsageError."""
    try:
        return [parse(text) for text in texts]
    except TermError as error:
        raise click.UsageError(f"--check: {error}") from None


def check(
    snapshots: Iterable[NodeSnapshot],
    wanted: Sequence[Condition],
    with_all_mounts: Callable[[], NodeSnapshot] | None = None,
) -> int:
    """Each condition on each snapshot. `with_all_mounts` takes one in which file systems are that are not shown
    otherwise (tmpfs): whoever names one wants it. Returns the exit code; raises OSError."""

    def found(snapshot: NodeSnapshot, condition: Condition) -> Found:
        first = condition.of_snapshot(snapshot)
        if first.value is not None or with_all_mounts is None or not condition.names_mount:
            return first
        return condition.of_snapshot(with_all_mounts())

    verdicts = [
        judge(snapshot.node, condition, found(snapshot, condition)) for snapshot in snapshots for condition in wanted
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
