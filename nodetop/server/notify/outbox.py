"""What is to be told to one receiver, and the messages that wait to be sent to it. Kept on the disk with the alerts.

A change of an alert is noted, waits with others for the group to be complete, or for quiet hours, maintenance and the
rate limit to allow it, and becomes part of a message. A message is sent only after it is on the disk, and removed only
after it was delivered: it is sent at least once, always with the same id.

Fair shares: an item that flaps has one note, of its newest alert, which waits until it is calm; and what was told
before, and ends, may use half of the rate limit.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct, field

from nodetop.alerts.alert import Alert, Change
from nodetop.server.notify.config import Receiver
from nodetop.server.notify.flapping import Item, Items
from nodetop.server.notify.hours import Maintenance
from nodetop.server.notify.message import Message, News, ThisHub, text, title
from nodetop.server.notify.rate_limit import RateLimit

MOST_MESSAGES = 200
MOST_NEWS = 500
"""So many alerts of a message are sent as data, the worst ones; its text counts the others."""
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
    items: dict[str, Item] = {}
    limit: RateLimit = field(default_factory=RateLimit)
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
        self._items = Items(self.state.items)

    @property
    def is_busy(self) -> bool:
        """Whether plan() may have something to do."""
        state = self.state
        return bool(state.notes or (self._policy.repeat_seconds and state.told) or self._items.flapping())

    # What happens

    def note(self, changes: Iterable[Change], now: float) -> None:
        """Notes what the receiver is to be told of."""
        for change in changes:
            kind = self._kind(change)
            if kind is not None:
                self._note(change.alert, kind, now)

    def _note(self, alert: Alert, kind: str, now: float) -> None:
        notes, told, item = self.state.notes, self.state.told, self._items.note(alert, now)
        at = notes[alert.id].at if alert.id in notes else now
        if item.flapping is not None:  # its last alert stands for all
            alert = item.flapping.last
            older = [each for each in item.openings if each != alert.id]
            at = min([at, *(notes.pop(each).at for each in older if each in notes)])
            for each in older:
                told.pop(each, None)
        notes[alert.id] = Note(at, kind)

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
        changed |= self._note_calm(now)
        last = self._items.last_alerts()
        due: dict[str, Alert] = {}
        for alert_id in list(state.notes):
            alert = find(alert_id) or last.get(alert_id)
            if alert is None or self._is_moot(alert, now):
                self._forget(alert_id, last.get(alert_id))
                changed = True
            elif not self._waits(alert, now):
                due[alert_id] = alert
        ripe = [alert for alert_id, alert in due.items() if self._is_ripe(state.notes[alert_id], now)]
        if not ripe:
            return changed
        has_news = any(self._is_news(alert, now) for alert in ripe)
        if not state.limit.has_room(self._policy.most_per_hour, has_news, now):
            return state.limit.hold(len(due), now) or changed
        self._tell(due, find, also, hub, now)
        return True

    def _is_news(self, alert: Alert, now: float) -> bool:
        """Whether it is open, and its item was not told in this hour, or was less severe."""
        is_again = self.state.notes[alert.id].kind == "again"
        return not (alert.has_ended or is_again or self._items.of(alert).was_told(alert.severity, now))

    def _forget(self, alert_id: str, flapping: Alert | None) -> None:
        del self.state.notes[alert_id]
        if flapping is not None:
            self._items.of(flapping).flapping = None
        else:
            self.state.told.pop(alert_id, None)

    def _is_ripe(self, note: Note, now: float) -> bool:
        return not 0 <= now - note.at < self._policy.group_seconds  # a clock that was set back must not delay it

    def _is_moot(self, alert: Alert, now: float) -> bool:
        """Whether nobody needs to know any more: it was acknowledged or muted, or was over before a maintenance was."""
        flapping = self._items.of(alert).flapping
        if flapping is not None and flapping.last.id != alert.id:
            return True
        if alert.id in self.state.told or (flapping is not None and flapping.told):
            return False if alert.has_ended else _is_silenced(alert)
        if alert.has_ended:
            return any(each.holds(alert, now) or each.holds(alert, alert.ended_at or now) for each in self._maintenance)
        return _is_silenced(alert) or alert.severity < self._policy.least

    def _waits(self, alert: Alert, now: float) -> bool:
        if self._items.of(alert).waits(alert, now):
            return True
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

    def _note_calm(self, now: float) -> bool:
        """Notes the items that have stopped to flap. Returns whether there are any."""
        changed = False
        for item in self._items.flapping():
            if item.flapping is not None and item.is_calm(now) and item.flapping.last.id not in self.state.notes:
                self.state.notes[item.flapping.last.id] = Note(now - self._policy.group_seconds, "calm")
                changed = True
        return changed

    def _tell(self, due: dict[str, Alert], find: Find, also: Also, hub: ThisHub, now: float) -> None:
        state, news = self.state, []
        has_news = any(self._is_news(alert, now) for alert in due.values())
        for alert in due.values():
            found = self._told(alert, also, now)
            if found is not None:
                news.append(found)
        if not news:
            return
        remarks = self._remarks(has_news, now)
        state.told = {each: told for each, told in state.told.items() if each in state.notes or _is_open(find(each))}
        self._items.prune(now)
        self._add(
            Message(
                id=_id(self.receiver.name, now, [each.alert.id for each in news]),
                receiver=self.receiver.name,
                created_at=now,
                title=title(news),
                text=text(news, hub=hub, now=now, zone=self._policy.zone, remarks=remarks),
                severity=max((each.alert.severity for each in news if each.state != "ended"), default=0),
                news=tuple(sorted(news, key=lambda each: -each.alert.severity)[:MOST_NEWS]),
            )
        )

    def _told(self, alert: Alert, also: Also, now: float) -> News | None:
        """What is told of an alert that is due; None if the receiver does not want to know that it ended."""
        state, item = self.state, self._items.of(alert)
        flapping, changed_at = item.flapping, item.changed_at
        was_told = state.told.pop(alert.id, None) is not None or (flapping is not None and flapping.told > 0)
        note = state.notes.pop(alert.id)
        kind = item.told_as(alert, now) or ("ended" if alert.has_ended else note.kind)
        if not alert.has_ended:
            state.told[alert.id] = Told(alert.severity, now)
        elif was_told and kind != "flapping" and not self._policy.tells_end:
            return None
        item.told_at[alert.severity] = now
        openings, within = 0, 0.0
        if flapping is not None:
            openings, within = flapping.openings, max(changed_at - flapping.since, 0.0)
        return News(kind=kind, alert=alert, also=also(alert), openings=openings, within_seconds=within)

    def _remarks(self, has_news: bool, now: float) -> tuple[str, ...]:
        """What the rate limit has held back, and what was dropped."""
        state, held = self.state, self.state.limit.sent(has_news, now)
        found = [held] if held else []
        if state.lost:
            found.append(
                f"Messages that were dropped, because more than {MOST_MESSAGES} waited: {state.lost}. "
                "`nodetop alerts` lists all alerts."
            )
        state.lost = 0
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
