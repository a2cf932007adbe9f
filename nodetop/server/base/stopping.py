"""Ends a process that should stop but hangs."""

import logging
import os
import threading
import time

logger = logging.getLogger(__name__)

STOP_SECONDS = 15.0
"""An orderly stop takes one or two seconds."""
DISK_FAULT = 4
"""The exit code if the data directory was removed or the disk does not answer. A service manager may restart then."""


def end_within(seconds: float = STOP_SECONDS) -> None:
    """Ends this process after `seconds`, even if threads hang. Accepted samples are on the disk already."""
    threading.Thread(target=_end, args=(seconds,), name="nodetop-stop", daemon=True).start()


def _end(seconds: float) -> None:
    time.sleep(seconds)
    logger.error("stopped_hard", {"reason": f"a disk or the network did not answer for {seconds:g} s"})
    os._exit(DISK_FAULT)
