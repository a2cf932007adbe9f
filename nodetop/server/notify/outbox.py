"""What is to be told to one receiver, and the messages that wait to be sent to it. Kept on the disk with the alerts.

A change of an alert is noted, waits with others for the group to be complete, or for quiet hours, maintenance and the
rate limit to allow it, and becomes part of a message. A message is sent only after it is on the disk, and removed only
after it was delivered: it is sent at least once, always with the same id.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from nodetop.alerts.alert import Alert, Change
from nodetop.base import units
from nodetop.server.notify.config import Receiver
from nodetop.server.notify.hours import Maintenance
from nodetop.server.notify.message import Message, News, ThisHub, text, title

MOST_MESSAGES = 200
MOST_NEWS = 500
"""So many alerts of a message are sent as data, the worst ones; its text counts the others."""
HOUR = 3600.0
Find = Callable[[str], Alert | None]
Also = Callable[[Alert], tuple[str, ...]]


class Note(Struct, omit_defaults=True):
    """A change of an alert that is not told yet: when it was noted, and what it is."""

    at: float
    kind: str


class Told(Struct, omit_defaults=True):
    """An open alert that the receiver was told of: the worst severity, and when last."""

    severity: int
    at: float


class StoredOutbox(Struct, kw_only=True, omit_defaults=True):
    """All about one receiver, as it is kept over a restart."""

    receiver: str
    notes: dict[str, Note] = {}
    told: dict[str, Told] = {}
    sent_at: list[float] = []
    held_since: float | None = None
    held: int = 0
    """Changes that the rate limit has held back."""
    messages: list[Message] = []
    lost: int = 0
    """Messages that were dropped because too many waited, and of which the receiver was not told yet."""


class Outbox:
    """`notes` and `told` are by the id of the alert."""

    def __init__(self, receiver: Receiver, maintenance: Sequence[Maintenance], stored: StoredOutbox | None) -> None:
        self.receiver = receiver
        self._policy = receiver.policy
        self._maintenance = maintenance
        self.state = stored or StoredOutbox(receiver=receiver.name)

    @property
    def is_busy(self) -> bool:
        """Whether plan() may have something to do."""
        return bool(self.state.notes or (self._policy.repeat_seconds and self.state.told))

    # What happens

    def note(self, changes: Iterable[Change], now: float) -> None:
        """Notes what the receiver is to be told of."""
        for change in changes:
            kind = self._kind(change)
            if kind is not None:
                before = self.state.notes.get(change.alert.id)
                self.state.notes[change.alert.id] = Note(before.at if before else now, kind)

    def _kind(self, change: Change) -> str | None:
        alert, told = change.alert, self.state.told.get(change.alert.id)
        is_noted = alert.id in self.state.notes
        if not self._policy.where.holds(alert):
            return None
        if alert.has_ended:
            if change.kind != "ended":
                return None
            is_news = change.is_new and alert.severity >= self._policy.least and not _is_silenced(alert)
            return "ended" if told or is_noted or is_news else None
        if alert.severity < self._policy.least or _is_silenced(alert):
            return None
        if told is None:
            return "opened" if change.kind in ("opened", "severity") or is_noted else None
        return "worse" if change.kind == "severity" and alert.severity > told.severity else None

    def plan(self, find: Find, also: Also, hub: ThisHub, now: float) -> bool:
        """Makes a message of what may be told now. Returns whether anything changed."""
        state, changed = self.state, self._repeat(find, now)
        due: dict[str, Alert] = {}
        for alert_id, note in list(state.notes.items()):
            alert = find(alert_id)
            if alert is None or self._is_moot(alert, note, now):
                del state.notes[alert_id]
                state.told.pop(alert_id, None)
                changed = True
            elif not self._waits(alert, now):
                due[alert_id] = alert
        if not due or not any(self._is_ripe(state.notes[each], now) for each in due):
            return changed
        state.sent_at = [at for at in state.sent_at if 0 <= now - at < HOUR]
        if len(state.sent_at) >= self._policy.most_per_hour:
            held = state.held
            state.held = len(due)
            state.held_since = state.held_since or now
            return changed or held != state.held
        self._tell(due, find, also, hub, now)
        return True

    def _is_ripe(self, note: Note, now: float) -> bool:
        return not 0 <= now - note.at < self._policy.group_seconds  # a clock that was set back must not delay it

    def _is_moot(self, alert: Alert, note: Note, now: float) -> bool:
        """Whether nobody needs to know any more: it was acknowledged or muted, or was over before a maintenance was."""
        if alert.id in self.state.told:
            return False if alert.has_ended else _is_silenced(alert)
        if alert.has_ended:
            return any(each.holds(alert, now) or each.holds(alert, alert.ended_at or now) for each in self._maintenance)
        return _is_silenced(alert) or alert.severity < self._policy.least

    def _waits(self, alert: Alert, now: float) -> bool:
        quiet = self._policy.quiet
        is_quiet = quiet is not None and alert.severity < self._policy.quiet_least and quiet.holds(now)
        return is_quiet or any(each.holds(alert, now) for each in self._maintenance)

    def _repeat(self, find: Find, now: float) -> bool:
        every, state = self._policy.repeat_seconds, self.state
        changed = False
        for alert_id, told in state.told.items() if every else ():
            if alert_id in state.notes or told.severity < 2 or 0 <= now - told.at < every:
                continue
            alert = find(alert_id)
            if alert is not None and alert.severity == 2 and not alert.has_ended and not _is_silenced(alert):
                state.notes[alert_id] = Note(now - self._policy.group_seconds, "again")
                changed = True
        return changed

    def _tell(self, due: dict[str, Alert], find: Find, also: Also, hub: ThisHub, now: float) -> None:
        state, news = self.state, []
        for alert_id, alert in due.items():
            kind = "ended" if alert.has_ended else state.notes[alert_id].kind
            was_told = state.told.pop(alert_id, None) is not None
            del state.notes[alert_id]
            if not alert.has_ended:
                state.told[alert_id] = Told(alert.severity, now)
            elif was_told and not self._policy.tells_end:
                continue
            news.append(News(kind=kind, alert=alert, also=also(alert)))
        if not news:
            return
        remarks = self._remarks(now)
        state.told = {each: told for each, told in state.told.items() if each in state.notes or _is_open(find(each))}
        state.sent_at.append(now)
        self._add(
            Message(
                id=_id(self.receiver.name, now, [each.alert.id for each in news]),
                receiver=self.receiver.name,
                created_at=now,
                title=title(news),
                text=text(news, hub=hub, now=now, zone=self._policy.zone, remarks=remarks),
                severity=max((each.alert.severity for each in news if each.kind != "ended"), default=0),
                news=tuple(sorted(news, key=lambda each: -each.alert.severity)[:MOST_NEWS]),
            )
        )

    def _remarks(self, now: float) -> tuple[str, ...]:
        """What the rate limit has held back, and what was dropped."""
        state, found = self.state, []
        if state.held_since is not None:
            found.append(
                f"{state.held} changes were held back for {units.duration(max(now - state.held_since, 0.0))}, because "
                f"{self._policy.most_per_hour} messages were sent within an hour."
            )
        if state.lost:
            found.append(
                f"Messages that were dropped, because more than {MOST_MESSAGES} waited: {state.lost}. "
                "`nodetop alerts` lists all alerts."
            )
        state.held, state.held_since, state.lost = 0, None, 0
        return tuple(found)

    def _add(self, message: Message) -> None:
        self.state.messages.append(message)
        if len(self.state.messages) > MOST_MESSAGES:
            del self.state.messages[0]
            self.state.lost += 1

    # What is sent

    def first(self) -> Message | None:
        """The oldest message that was not delivered."""
        return self.state.messages[0] if self.state.messages else None

    def delivered(self, message: Message) -> None:
        """Removes a message."""
        self.state.messages = [each for each in self.state.messages if each.id != message.id]

    def put_last(self, message: Message) -> None:
        """Others are sent before it."""
        self.delivered(message)
        self.state.messages.append(message)


def _is_open(alert: Alert | None) -> bool:
    return alert is not None and not alert.has_ended


def _is_silenced(alert: Alert) -> bool:
    return alert.acknowledged or alert.muted_until is not None


def _id(receiver: str, now: float, alerts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join((receiver, f"{now:.6f}", *alerts)).encode()).hexdigest()[:24]
