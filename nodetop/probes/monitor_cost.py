"""CPU and memory cost of this program itself. clock_gettime(2), proc_pid_statm(5)."""

import os
import time

from nodetop.model.snapshot import MonitorCost
from nodetop.probes.host_files import read_record

_STATM = "/proc/self/statm"


class MonitorMeter:
    """Measures from one call to the next. Always reads this machine's /proc, whichever host is observed."""

    def __init__(self) -> None:
        self._page_bytes = os.sysconf("SC_PAGE_SIZE")
        self._spent: float | None = None

    def measure(self, interval: float | None, sampling_seconds: float) -> MonitorCost:
        """`interval` is the seconds since the previous call; None if there was none, or if the time is unknown."""
        before, self._spent = self._spent, time.process_time()
        known = before is not None and interval is not None and interval > 0
        return MonitorCost(
            cpu_percent=max(100 * (self._spent - before) / interval, 0.0) if known else None,  # type: ignore[operator]
            resident_bytes=self._resident(),
            sampling_seconds=sampling_seconds,
        )

    def _resident(self) -> int | None:
        try:
            return int(read_record(_STATM).split()[1]) * self._page_bytes
        except (OSError, ValueError, IndexError):
            return _resident_elsewhere()


def _resident_elsewhere() -> int | None:
    try:
        import psutil  # Linux does without
    except (ImportError, OSError):  # OSError: no descriptors left
        return None
    try:
        return int(psutil.Process().memory_info().rss)
    except (psutil.Error, OSError):
        return None
