"""An outbox of messages about alerts, with a clock that tests turn."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from nodetop.alerts.alert import Alert, Change
from nodetop.model import wire
from nodetop.server.notify.config import Policy, Receiver
from nodetop.server.notify.hours import Maintenance
from nodetop.server.notify.message import Message, ThisHub
from nodetop.server.notify.outbox import Outbox, StoredOutbox

START = 1_795_000_000.0
HUB = ThisHub("https://hub:8082", "own")


class Desk:
    """An outbox, its alerts and a clock."""

    def __init__(self, maintenance: Sequence[Maintenance] = (), **policy: Any) -> None:
        self.now = START
        self.alerts: dict[str, Alert] = {}
        self._new = lambda stored: Outbox(Receiver("r", "webhook", Policy(**policy)), maintenance, stored)
        self.outbox = self._new(None)

    def restart(self) -> None:
        """As after a kill."""
        self.outbox = self._new(wire.decode(wire.encode(self.outbox.state), StoredOutbox))

    def open(self, node: str = "web-1", severity: int = 2, cluster: str = "c", nth: str = "", **more: Any) -> Alert:
        alert = Alert(
            id=f"{node:0>16}{nth}", cluster=cluster, node=node, rule="filesystem", item="/srv", subject="/srv",
            value=99.0, peak=99.0, threshold=98.0, severity=severity, started_at=self.now,
            culprit="postgres (812)", **more,
        )  # fmt: skip
        return self.change("opened", alert)

    def change(self, kind: Any, alert: Alert, **changes: Any) -> Alert:
        is_new = alert.id not in self.alerts
        self.alerts[alert.id] = alert = replace(alert, **changes)
        self.outbox.note([Change(kind, alert, is_new)], self.now)
        return alert

    def end(self, alert: Alert) -> Alert:
        return self.change("ended", alert, ended_at=self.now, state="ended")

    def after(self, seconds: float) -> list[Message]:
        """The messages made until then; they are delivered."""
        self.wait(seconds)
        made = []
        while (message := self.outbox.first()) is not None:
            made.append(message)
            self.outbox.delivered(message)
        return made

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now = min(self.now + 5.0, until)
            self.outbox.plan(self.alerts.get, lambda alert: ("memory used 96%",), HUB, self.now)


def only(messages: Sequence[Message]) -> Message:
    (message,) = messages
    return message
