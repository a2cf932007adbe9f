"""Ends a process that was told to stop and does not."""

import logging
import os
import threading
import time

logger = logging.getLogger(__name__)

STOP_SECONDS = 15.0
"""An orderly stop takes one or two."""
DISK_FAULT = 4
"""The exit code where the data directory was removed or the disk does not answer: a service manager may start it again.
"""


def end_within(seconds: float = STOP_SECONDS) -> None:
    """Ends this process in so many seconds, wherever its threads hang by then. What was accepted is on the disk."""
    threading.Thread(target=_end, args=(seconds,), name="nodetop-stop", daemon=True).start()


def _end(seconds: float) -> None:
    time.sleep(seconds)
    logger.error("stopped_hard", {"reason": f"a disk or the network did not answer for {seconds:g} s"})
    os._exit(DISK_FAULT)
