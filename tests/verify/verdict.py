"""Lines of the verification table, and how a test notes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

TRIES = 4
"""How often a noisy measurement is made before a line is said to be wrong: what is wrong is so each time."""


@dataclass(frozen=True)
class Verdict:
    """What nodetop said, what the reference said, and how far they may be apart."""

    what: str
    ours: float | None
    theirs: float
    allowed: float
    unit: str = ""

    @property
    def difference(self) -> float | None:
        return None if self.ours is None else self.ours - self.theirs

    @property
    def holds(self) -> bool:
        return self.difference is not None and abs(self.difference) <= self.allowed


class Notes:
    """The lines of one test. None from nodetop never holds."""

    def __init__(self) -> None:
        self.lines: list[Verdict] = []

    def __call__(
        self, what: str, ours: float | None, theirs: float, allowed: float, unit: str = "", relative: float = 0
    ) -> None:
        """`allowed` and `relative`, a share of the reference, say how far apart they may be: the larger one counts."""
        self.lines.append(Verdict(what, ours, theirs, max(allowed, abs(theirs) * relative), unit))

    @property
    def wrong(self) -> list[Verdict]:
        return [line for line in self.lines if not line.holds]

    def settled(self, measure: Callable[["Notes"], None], tries: int = TRIES) -> None:
        """Measures until all lines hold, a few times at most, and notes those of the last time."""
        for _ in range(tries):
            trial = Notes()
            measure(trial)
            if not trial.wrong:
                break
        self.lines += trial.lines


def table(lines: Sequence[Verdict]) -> str:
    """In Markdown, readable as text too."""
    rows = [("what", "nodetop", "reference", "difference", "allowed", "verdict")]
    for line in lines:
        values = (line.ours, line.theirs, line.difference, line.allowed)
        shown = (_number(value, line.unit) for value in values)
        rows.append((line.what, *shown, "holds" if line.holds else "WRONG"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    text.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(text)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "none"
    digits = 0 if abs(value) >= 1000 or value == int(value) else 2 if abs(value) >= 0.1 else 3
    shown = f"{value:,.{digits}f}"
    return f"{'0' if not shown.strip('-0.') else shown} {unit}".strip()
