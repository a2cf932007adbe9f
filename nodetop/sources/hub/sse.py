"""Parses server-sent events from a stream of bytes, with a limit on their size. Pure."""

from dataclasses import dataclass, field

LARGEST_EVENT = 8 * 1024 * 1024


class BadStream(ValueError):
    """More bytes without the end of an event than any of our events has."""


@dataclass(frozen=True)
class Event:
    """One event: its kind and data."""

    name: str
    data: bytes


@dataclass
class EventParser:
    """Takes bytes in pieces of any size and returns whole events. Comments and unused fields are ignored."""

    _rest: bytearray = field(default_factory=bytearray)
    _name: str = ""
    _data: list[bytes] = field(default_factory=list)
    _size: int = 0

    def feed(self, data: bytes) -> list[Event]:
        """The events that end in these bytes. Raises BadStream."""
        searched = len(self._rest)
        self._rest += data
        events = []
        start = 0
        while (end := self._rest.find(b"\n", max(start, searched))) >= 0:
            event = self._line(bytes(self._rest[start:end]).removesuffix(b"\r"))
            if event is not None:
                events.append(event)
            start = end + 1
        del self._rest[:start]
        if len(self._rest) + self._size > LARGEST_EVENT:
            raise BadStream(f"an event of more than {LARGEST_EVENT} bytes")
        return events

    def _line(self, line: bytes) -> Event | None:
        if not line:
            event = Event(self._name or "message", b"\n".join(self._data)) if self._data else None
            self._name, self._data, self._size = "", [], 0
            return event
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"event":
            self._name = value[:100].decode("ascii", "replace")
        elif name == b"data":
            self._data.append(value)
            self._size += len(value) + 1
        return None
