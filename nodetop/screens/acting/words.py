"""Messages before and after an action on processes, and the order in which processes are signalled. Pure."""

import signal
from collections import Counter
from collections.abc import Sequence

from nodetop.base.text import clean, cut_middle
from nodetop.model.snapshot import ProcessMetrics
from nodetop.sources.process_control import Outcome

_NAME_CELLS = 24
_INIT, _KTHREADD = 1, 2


def title_of(rows: Sequence[ProcessMetrics]) -> str:
    """A title for the rows: "java (1234)", or "3 processes"."""
    if len(rows) == 1:
        return f"{cut_middle(clean(rows[0].name), _NAME_CELLS)} ({rows[0].pid})"
    return f"{len(rows)} processes"


def kill_order(rows: Sequence[ProcessMetrics], number: int) -> tuple[ProcessMetrics, ...]:
    """Parents before their children, so that no parent restarts a child or sees it stop. SIGCONT is sent to the
    children first."""
    parents = {row.pid: row.ppid for row in rows}

    def depth(row: ProcessMetrics) -> int:
        pid, levels = row.pid, 0
        while pid in parents and levels <= len(parents):  # rows of one sample may form a cycle
            pid, levels = parents[pid], levels + 1
        return levels

    return tuple(sorted(rows, key=depth, reverse=number == signal.SIGCONT))


def warnings_of(rows: Sequence[ProcessMetrics], own_pid: int) -> list[str]:
    """Warnings shown before these get a signal."""
    alone = len(rows) == 1
    found = []
    if any(row.pid == _INIT for row in rows):
        whose = "this is PID 1" if alone else "PID 1 is among them"
        found.append(f"{whose}: without it this system or container stops")
    if any(row.pid == own_pid for row in rows):
        found.append("this is nodetop itself" if alone else "nodetop itself is among them")
    dead = sum(row.state in ("Z", "X") for row in rows)
    if dead:
        whose = "it has" if alone else f"{dead} of them have"
        found.append(f"{whose} already ended (zombie): signals have no effect")
    kernel = sum(not row.command and _KTHREADD in (row.pid, row.ppid) for row in rows)
    if kernel:
        whose = "it is a kernel thread" if alone else f"{kernel} of them are kernel threads"
        found.append(f"{whose}: signals have no effect")
    return found


def acted(outcomes: Sequence[Outcome], what: str) -> str:
    """Like "TERM sent to java (1234)", "TERM sent to 3 processes; 1 refused: ..."."""
    done = [outcome.row for outcome in outcomes if outcome.problem is None]
    refused = [outcome for outcome in outcomes if outcome.problem is not None]
    if not refused:
        return f"{what} {title_of(done)}"
    if len(outcomes) == 1:
        return refused[0].problem or ""
    reasons = Counter(outcome.problem or "" for outcome in refused).most_common()
    more = f", and {len(reasons) - 1} other reasons" if len(reasons) > 1 else ""
    return f"{what} {title_of(done) if done else 'none'}; {len(refused)} refused: {reasons[0][0]}{more}"


def nice_words(outcomes: Sequence[Outcome], change: int) -> str:
    """The result of changing nice values."""
    only = outcomes[0]
    if len(outcomes) == 1 and only.problem is None:
        if only.before == only.after:
            return f"nice of {title_of([only.row])} is {only.after}, already at the limit"
        return f"nice of {title_of([only.row])}: {only.before} to {only.after}"
    return acted(outcomes, f"nice {change:+d} for")
