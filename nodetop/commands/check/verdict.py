"""The results of conditions, as lines for a script and as an exit code. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nodetop.base.text import clean
from nodetop.model.condition import Condition, Found

EXIT_HOLDS, EXIT_FAILS, EXIT_UNKNOWN = 0, 1, 2
_WORDS = {True: "OK", False: "FAIL", None: "UNKNOWN"}


@dataclass(frozen=True)
class Verdict:
    """One condition on one node; `holds` is None if that is unknown."""

    node: str
    condition: str
    holds: bool | None
    value: str


def judge(node: str, condition: Condition, found: Found) -> Verdict:
    """Whether a condition holds with this value."""
    holds = condition.holds(found)
    value = condition.shown(found)
    if found.value is not None and found.at_least:
        value = f"{value} or more: {found.reason}" if holds is None else f"{value} or more"
    return Verdict(node, condition.text, holds, value)


def unknown(node: str, conditions: Iterable[Condition], reason: str) -> list[Verdict]:
    """Verdicts for a node about which nothing is known."""
    return [Verdict(node, condition.text, None, reason) for condition in conditions]


def lines(verdicts: Sequence[Verdict], *, with_node: bool) -> list[str]:
    """A plain line each: "OK      cpu<90: 12.3%"."""
    return [
        f"{_WORDS[each.holds]:<7} {clean(each.node) + ' ' if with_node else ''}{clean(each.condition)}: "
        f"{clean(each.value)}"
        for each in verdicts
    ]


def exit_code(verdicts: Iterable[Verdict]) -> int:
    """0: all hold, 1: at least one does not, 2: none fails, but some are unknown."""
    found = {each.holds for each in verdicts}
    if False in found:
        return EXIT_FAILS
    return EXIT_UNKNOWN if None in found or not found else EXIT_HOLDS
