"""What a crash run did and found, as a table."""

from dataclasses import dataclass, field


@dataclass
class Row:
    """One thing that was killed, or whose crash states were replayed."""

    what: str
    kills: int = 0
    at_steps: int = 0
    """Kills at a named step; the others came at a random time."""
    states: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)
    note: str = ""


def table(rows: list[Row]) -> str:
    """The rows as text, and the faults below them."""
    head = f"{'what':<24}{'kills':>7}{'at steps':>10}{'states':>8}{'acknowledged':>14}{'faults':>8}  note"
    lines = [head, "-" * len(head)]
    for row in rows:
        lines.append(
            f"{row.what:<24}{row.kills:>7}{row.at_steps:>10}{row.states:>8}{row.acknowledged:>14,}{len(row.faults):>8}"
            f"  {row.note}"
        )
    return "\n".join([*lines, *(f"{row.what}: {fault}" for row in rows for fault in row.faults[:20])])
