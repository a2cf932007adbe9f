"""SIGTERM and SIGINT as something to wait for, in programs without an event loop."""

import signal
from queue import Empty, SimpleQueue


class StopSignal:
    """Waits for a signal to stop.

    A second signal may arrive while the first is handled (`timeout` sends two). With a threading.Event, the second
    handler would wait for a lock that the first one holds, for ever. SimpleQueue.put may interrupt itself."""

    def __init__(self) -> None:
        self._signals: SimpleQueue[None] = SimpleQueue()
        self._has_come = False

    def listen(self) -> None:
        """From now on SIGTERM and SIGINT end the waiting. Only for the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.set())

    def set(self) -> None:
        """Ends the waiting."""
        self._signals.put(None)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether a signal has come, at the latest after so many seconds."""
        if not self._has_come:
            try:
                self._signals.get(timeout=seconds)
            except Empty:
                return False
            self._has_come = True
        return True
