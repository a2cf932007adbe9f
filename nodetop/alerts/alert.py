"""An alert: what is wrong, on which node, since when, how severe, and which process caused it. Pure."""

from typing import Literal, NamedTuple

from msgspec import Struct

State = Literal["open", "unknown", "ended"]
SEVERITIES = ("fine", "warning", "critical")
ChangeKind = Literal["opened", "severity", "ended", "decided"]
Key = tuple[str, str, str]
"""Node, rule, and the item of the node: a mount point or a sensor; empty for the node itself."""


class Alert(Struct, frozen=True, kw_only=True):
    """Times are UTC seconds. `state` is "unknown" while the value is not known: the alert may or may not have ended.

    `severity` is the current one, or the worst one of an ended alert; `threshold` is the value at which that severity
    begins. `since_before`: it was already active at the first sample. `culprit` is the top process when it was
    worst."""

    node: str
    rule: str
    item: str = ""
    """The item of the node, as part of the key; `subject` is its display name."""
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
    what: str = ""
    """What is watched, in words; with `unit` and `below` (lower is worse), so that a reader need not know the rule."""
    unit: str = ""
    below: bool = False
    # On a hub:
    id: str = ""
    """The same for everyone, and after a restart."""
    cluster: str = ""
    tags: tuple[str, ...] = ()
    is_late: bool = False
    """The samples that opened it arrived late: it was already over, or older than a few minutes."""
    acknowledged_at: float | None = None
    acknowledged_by: str = ""

    @property
    def key(self) -> Key:
        return (self.node, self.rule, self.item)

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None

    @property
    def needs_attention(self) -> bool:
        """Whether it needs attention: it has not ended, is not acknowledged and not muted."""
        return not (self.has_ended or self.acknowledged or self.muted_until is not None)

    def seconds(self, now: float) -> float:
        """How long it has lasted so far, or did last."""
        return max((self.ended_at if self.ended_at is not None else now) - self.started_at, 0.0)


class Change(NamedTuple):
    """What happened to an alert, with the alert as it is now. An alert that was opened and over before the hub learned
    of it is one change: "ended", with `is_new`."""

    kind: ChangeKind
    alert: Alert
    is_new: bool = False
