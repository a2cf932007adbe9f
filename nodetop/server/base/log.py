"""The server's log: one event a line, key=value, on stderr. What an attacker sends cannot forge or flood it."""

import json
import re
import sys
import threading
from collections import OrderedDict
from datetime import UTC, datetime
from typing import TextIO

from nodetop.base.clock import Clock, SystemClock

LEVELS = ("debug", "info", "warning", "error")
_PLAIN = re.compile(r"[A-Za-z0-9_.:/@%+,*\[\]-]+")
_REPEAT_SECONDS = 60.0
_REMEMBERED = 4096
_VALUE_LIMIT = 512


class Log:
    """Writes lines such as `time=... level=warning event=push_refused peer=10.0.0.7 code=node_limit`.

    One event from one peer is written at most once a minute; how many were left out stands in the next such line.
    """

    def __init__(self, level: str = "info", stream: TextIO | None = None, clock: Clock | None = None) -> None:
        self._lowest = LEVELS.index(level)
        self._stream = stream or sys.stderr
        self._clock = clock or SystemClock()
        self._written: OrderedDict[tuple[str, str], list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def debug(self, event: str, peer: str = "", **values: object) -> None:
        self._write("debug", event, peer, values)

    def info(self, event: str, peer: str = "", **values: object) -> None:
        self._write("info", event, peer, values)

    def warning(self, event: str, peer: str = "", **values: object) -> None:
        self._write("warning", event, peer, values)

    def error(self, event: str, peer: str = "", **values: object) -> None:
        self._write("error", event, peer, values)

    def _write(self, level: str, event: str, peer: str, values: dict[str, object]) -> None:
        if LEVELS.index(level) < self._lowest:
            return
        with self._lock:
            repeated = self._may_write(event, peer)
            if repeated is None:
                return
            if repeated:
                values["repeated"] = repeated
            stamp = datetime.fromtimestamp(self._clock.wall(), UTC).isoformat(timespec="milliseconds")
            fields = {"time": stamp, "level": level, "event": event} | ({"peer": peer} if peer else {}) | values
            line = " ".join(f"{key}={_value(value)}" for key, value in fields.items())
            try:
                self._stream.write(line + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                pass  # whoever read the log has gone; the hub stays

    def _may_write(self, event: str, peer: str) -> int | None:
        """How many such lines were left out since the last one; None if this one is to be left out too."""
        now = self._clock.monotonic()
        entry = self._written.get((event, peer))
        if entry is not None and now - entry[0] < _REPEAT_SECONDS:
            entry[1] += 1
            return None
        self._written[event, peer] = [now, 0]
        self._written.move_to_end((event, peer))
        if len(self._written) > _REMEMBERED:
            self._written.popitem(last=False)
        return int(entry[1]) if entry is not None else 0


def _value(value: object) -> str:
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    if len(text) > _VALUE_LIMIT:
        text = text[:_VALUE_LIMIT] + "..."
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")
