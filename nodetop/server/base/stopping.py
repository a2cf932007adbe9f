"""Ends a process: at once when all is done, or by force when it should stop but hangs."""

import logging
import os
import sys
import threading
import time
from contextlib import suppress
from typing import NoReturn

logger = logging.getLogger(__name__)

STOP_SECONDS = 15.0
"""An orderly stop takes one or two seconds."""
DISK_FAULT = 4
"""The exit code if the data directory was removed or the disk does not answer. A service manager may restart then."""


def leave(code: int) -> NoReturn:
    """Ends this process, whose work is done. Taking all modules and objects apart first would take longer than the
    whole stop: seconds on a slow machine."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def end_within(seconds: float = STOP_SECONDS) -> None:
    """Ends this process after `seconds`, even if threads hang. Accepted samples are on the disk already."""
    threading.Thread(target=_end, args=(seconds,), name="nodetop-stop", daemon=True).start()


def _end(seconds: float) -> None:
    time.sleep(seconds)
    logger.error("stopped_hard", {"reason": f"a disk or the network did not answer for {seconds:g} s"})
    os._exit(DISK_FAULT)
