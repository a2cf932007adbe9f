"""SIGTERM and SIGINT as something to wait for, in programs without an event loop."""

import os
import select
import signal
import time
from contextlib import suppress

_NUMBERS = (signal.SIGTERM, signal.SIGINT)
_SET = b"\0"


class StopSignal:
    """Waits for a signal to stop.

    Python's handler of a signal runs between two instructions of the main thread. If that has just begun to wait for a
    lock, it never sees a signal that came a moment before, or that another thread got. So each signal also writes its
    number to a pipe, at once and in whatever thread, and the pipe is what is waited for. signal.set_wakeup_fd()."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(self._writing, False)
        self._has_come = False

    def listen(self) -> None:
        """From now on SIGTERM and SIGINT end the waiting. Only for the main thread."""
        for number in _NUMBERS:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)

    def set(self) -> None:
        """Ends the waiting."""
        with suppress(BlockingIOError):  # full of signals
            os.write(self._writing, _SET)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether a signal has come, at the latest after so many seconds."""
        deadline = None if seconds is None else time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._reading, select.POLLIN)
        while not self._has_come:
            left = None if deadline is None else max(deadline - time.monotonic(), 0.0) * 1000
            if not poll.poll(left):
                return False
            numbers = os.read(self._reading, 4096)
            self._has_come = any(number in numbers for number in (*_NUMBERS, _SET[0]))
        return True
