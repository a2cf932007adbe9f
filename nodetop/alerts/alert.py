"""An alert: what, on which node, since when, how bad, who did it. Pure."""

from typing import Literal

from msgspec import Struct

State = Literal["open", "unknown", "ended"]
SEVERITIES = ("fine", "warning", "critical")
Key = tuple[str, str, str]
"""Node, rule, and what of the node: a mount point or a sensor, empty for the node itself."""


class Alert(Struct, frozen=True, kw_only=True):
    """Times are UTC seconds. `state` is unknown while its value is not known: it may have ended, nobody can tell.

    `severity` is what it is now, or was at its worst where it has ended; `threshold` is where that begins.
    `since_before`: it had begun before anybody looked. `culprit` is the process that was on top when it was worst."""

    node: str
    rule: str
    item: str = ""
    """What of the node, for the key; `subject` is its name as shown."""
    subject: str = ""
    severity: int = 1
    value: float | None = None
    peak: float = 0.0
    threshold: float = 0.0
    started_at: float = 0.0
    ended_at: float | None = None
    since_before: bool = False
    culprit: str | None = None
    state: State = "open"
    acknowledged: bool = False
    muted_until: float | None = None

    @property
    def key(self) -> Key:
        return (self.node, self.rule, self.item)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def calls(self) -> bool:
        """Whether somebody should look: it is there, nobody has seen it yet, and it is not muted."""
        return not (self.is_over or self.acknowledged or self.muted_until is not None)

    def seconds(self, now: float) -> float:
        """How long it lasted, or lasts."""
        return max((self.ended_at if self.ended_at is not None else now) - self.started_at, 0.0)
