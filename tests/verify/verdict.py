"""One line of the verification table."""

from collections.abc import Sequence
from dataclasses import dataclass


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
    shown = f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.2f}"
    return f"{shown} {unit}".strip()
