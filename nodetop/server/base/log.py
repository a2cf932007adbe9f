"""The server's log: standard `logging`, written to stderr as one line of key=value pairs for each event.

    logger = logging.getLogger(__name__)
    logger.warning("node_conflict", {"peer": "10.0.0.7", "node": "web-1"})

The message is the name of the event; its one argument holds the values. Text from other libraries becomes `message=`.
Clients cannot forge a line, because values are quoted. They cannot flood the log, because of RateLimitFilter.
"""

import asyncio
import json
import logging
import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from nodetop.base.clock import Clock, SystemClock

LEVELS = ("debug", "info", "warning", "error")
PEER = "peer"
"""The key of the client's address. Each event is written at most once a minute for each peer."""
REPEAT_SECONDS = 60.0
PEERS_PER_EVENT = 10
"""Lines of one event in REPEAT_SECONDS, from all peers together."""
EVENTS = 256
_OWN_LOGGER = "nodetop"
_VALUE_LIMIT = 512
_NO_QUOTES_NEEDED = re.compile(r"[A-Za-z0-9_.:/@%+,*\[\]-]+")


def configure_logging(level: str) -> None:
    """Sends this process's log to stderr: our own events of at least `level`, and warnings of all other libraries if
    that level includes them."""
    handler = log_handler(sys.stderr, SystemClock())
    root = logging.getLogger()
    root.handlers = [handler]
    own = logging.getLogger(_OWN_LOGGER)
    own.setLevel(level.upper())
    root.setLevel(max(own.level, logging.WARNING))
    # Its only warning in use says "socket.send() raised exception": a client that left during a reply, which is usual.
    logging.getLogger("asyncio").setLevel(logging.ERROR)


def log_loop_error(loop: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    """Logs errors of the event loop, for example that a connection needs one more open file than allowed."""
    logging.getLogger(__name__).error("event_loop", {"reason": f"{context['message']}: {context.get('exception')!r}"})


def log_handler(stream: TextIO, clock: Clock) -> logging.Handler:
    """A handler with the format and the rate limit."""
    handler = _Handler(stream)
    handler.setFormatter(KeyValueFormatter())
    handler.addFilter(RateLimitFilter(clock))
    return handler


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        """Called when stderr was closed by its reader. The server keeps running."""


class KeyValueFormatter(logging.Formatter):
    """`time=2026-01-31T00:00:00.000+00:00 level=warning event=node_conflict peer=10.0.0.7 node=web-1`"""

    def format(self, record: logging.LogRecord) -> str:
        stamp = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {"time": stamp, "level": record.levelname.lower()} | _event(record)
        held_back = getattr(record, "held_back", 0)
        if held_back:
            fields["held_back"] = held_back
        return " ".join(f"{key}={_quoted(value)}" for key, value in fields.items())


def _event(record: logging.LogRecord) -> dict[str, object]:
    """The event and its values; for other libraries the logger's name, the text, and the exception."""
    if record.name.partition(".")[0] == _OWN_LOGGER:
        return {"event": record.msg, **_values(record)}
    event: dict[str, object] = {"event": record.name, "message": record.getMessage().strip()}
    if record.exc_info and record.exc_info[1] is not None:
        event["reason"] = repr(record.exc_info[1])
    return event


def _values(record: logging.LogRecord) -> Mapping[str, object]:
    return record.args if isinstance(record.args, Mapping) else {}


def _quoted(value: object) -> str:
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    if len(text) > _VALUE_LIMIT:
        text = text[:_VALUE_LIMIT] + "..."
    if _NO_QUOTES_NEEDED.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")


class RateLimitFilter(logging.Filter):
    """Lets an event pass once a minute for each peer, for at most PEERS_PER_EVENT peers.

    The rest are counted: the next line of that event has their number as `held_back`. Memory is bounded.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._events: OrderedDict[tuple[str, str], _EventLimit] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        with self._lock:  # a handler calls its filters before it takes its own lock
            limit = self._limit(record.name, str(record.msg))
            if not limit.allows(str(_values(record).get(PEER, "")), self._clock.monotonic()):
                limit.held_back += 1
                return False
            record.held_back, limit.held_back = limit.held_back, 0
            return True

    def _limit(self, name: str, event: str) -> "_EventLimit":
        limit = self._events.setdefault((name, event), _EventLimit())
        self._events.move_to_end((name, event))
        if len(self._events) > EVENTS:
            self._events.popitem(last=False)
        return limit


class _EventLimit:
    def __init__(self) -> None:
        self._written: dict[str, float] = {}
        """When the last line of each peer was written, for the last minute."""
        self.held_back = 0

    def allows(self, peer: str, now: float) -> bool:
        self._written = {each: at for each, at in self._written.items() if now - at < REPEAT_SECONDS}
        if peer in self._written or len(self._written) >= PEERS_PER_EVENT:
            return False
        self._written[peer] = now
        return True
