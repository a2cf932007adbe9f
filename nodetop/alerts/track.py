"""One watched value of a node, from when it first comes near its threshold until it is well below it again. Pure."""

from msgspec import Struct

from nodetop.alerts.alert import Alert, State
from nodetop.alerts.rule import Rule
from nodetop.alerts.sample import Reading, Sample
from nodetop.alerts.window import Window


class StoredTrack(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A track as it is kept over a restart. `rule` and `item` are its key."""

    rule: str
    item: str = ""
    severity: int = 0
    worst: int = 0
    value: float | None = None
    peak: float | None = None
    subject: str = ""
    started_at: float = 0.0
    since_before: bool = False
    culprit: str | None = None
    near_since: float = 0.0
    window: tuple[tuple[float, float, float], ...] = ()


class Track:
    """Severity 0: watched, but no alert so far."""

    def __init__(self, rule: Rule, began_at: float) -> None:
        self.severity = 0
        self.worst = 0
        self.value: float | None = None
        self.peak: float | None = None
        self.subject = ""
        self.started_at = began_at
        self.since_before = False
        self.is_unknown = False
        self.culprit: str | None = None
        self._rule = rule
        self._near_since = began_at
        self._window = Window(rule.seconds)

    def stored(self, item: str) -> StoredTrack:
        """Its content, for restored()."""
        return StoredTrack(
            rule=self._rule.kind.name,
            item=item,
            severity=self.severity,
            worst=self.worst,
            value=self.value,
            peak=self.peak,
            subject=self.subject,
            started_at=self.started_at,
            since_before=self.since_before,
            culprit=self.culprit,
            near_since=self._near_since,
            window=tuple(self._window.parts()),
        )

    @classmethod
    def restored(cls, stored: StoredTrack, rule: Rule) -> "Track":
        """The track of an earlier run. What it watches is unknown until the next value."""
        track = cls(rule, stored.near_since)
        track.severity, track.worst = stored.severity, stored.worst
        track.value, track.peak = stored.value, stored.peak
        track.subject, track.culprit = stored.subject, stored.culprit
        track.started_at, track.since_before = stored.started_at, stored.since_before
        track.is_unknown = True
        track._window.restore(stored.window)
        return track

    def take(self, rule: Rule, reading: Reading, sample: Sample) -> bool:
        """Takes the next value. Returns whether anything changed that is displayed. `rule` has the current levels."""
        value = reading.value
        if value is None:
            return self.lose()
        self._rule = rule
        self.subject = reading.subject
        self.value = value
        was_unknown, self.is_unknown = self.is_unknown, False
        before, judged = self.severity, value
        if rule.seconds:
            self._window.add(sample.at, sample.covers, value)
            mean = self._window.mean()
            if mean is None:  # not enough data to raise or end an alert
                return was_unknown and before > 0
            judged = mean
        self.severity = rule.severity(judged, before)
        if self.severity:
            self._raised(before, value if reading.peak is None else reading.peak, judged, sample)
        return self.severity != before or (was_unknown and before > 0)

    def _raised(self, before: int, peak: float, judged: float, sample: Sample) -> None:
        rule = self._rule
        if not before:
            self.started_at = max(self._near_since, sample.at - max(rule.seconds, sample.covers))
            self.peak = None
            self.worst = 0
        self.worst = max(self.worst, self.severity)
        # The peak that raised the mean may have passed before the alert began: then the mean is the worst known value.
        peak = rule.worse(peak, judged)
        if self.peak is None or (peak != self.peak and rule.worse(peak, self.peak) == peak):
            self.peak = peak
            blamed = sample.culprit(rule.kind.blames) if rule.kind.blames else None
            self.culprit = blamed or self.culprit

    def lose(self) -> bool:
        """Sets the value to unknown. Returns whether that changed anything."""
        was_unknown, self.is_unknown = self.is_unknown, True
        return self.severity > 0 and not was_unknown

    def clock_went_back(self, at: float) -> None:
        """Forgets earlier measurements, which cannot be ordered with those to come; an open alert stays."""
        self._window.forget()
        self._near_since = min(self._near_since, at)
        self.started_at = min(self.started_at, at)

    @property
    def is_known(self) -> bool:
        """Whether enough values are there to say if the alert is still open."""
        return not self.is_unknown and (not self._rule.seconds or self._window.mean() is not None)

    def is_idle(self) -> bool:
        """Whether it can be dropped: there is no alert, and none is building up."""
        if self.severity or self.value is None:
            return not self.severity
        mean = self._window.mean() if self._rule.seconds else None
        return not self._rule.is_near(self.value) and (mean is None or not self._rule.is_near(mean))

    def alert(self, node: str, item: str, ended_at: float | None = None) -> Alert:
        """The alert as it is displayed."""
        severity = self.severity if ended_at is None else self.worst
        return Alert(
            node=node,
            rule=self._rule.kind.name,
            item=item,
            subject=self.subject,
            severity=severity,
            value=self.value,
            peak=self.peak if self.peak is not None else 0.0,
            threshold=self._rule.threshold(severity),
            started_at=self.started_at,
            ended_at=ended_at,
            since_before=self.since_before,
            culprit=self.culprit,
            state=self._state(ended_at),
            what=self._rule.kind.what,
            unit=self._rule.kind.unit,
            below=self._rule.kind.below,
        )

    def _state(self, ended_at: float | None) -> State:
        if ended_at is not None:
            return "ended"
        return "unknown" if self.is_unknown else "open"
