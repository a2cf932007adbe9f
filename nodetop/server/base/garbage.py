"""Python's garbage collection in a hub. A full one looks at every object of every node and blocks everything for that
long (60 to 110 ms of CPU time with 200 nodes), so it is rare. Young objects are collected as usual. But strangers must
not be able to fill the memory: what a TLS handshake leaves that was broken off is old when it becomes garbage, 3 KiB
each, so a hub that grows has a full collection at once."""

import asyncio
import gc
import time
from collections.abc import Callable

from nodetop.server.base.resident import resident_bytes

FULL_SECONDS = 3600.0
CHECK_SECONDS = 10.0
GROWTH_BYTES = 32 * 1024 * 1024
_YOUNG = (5_000, 20)
_NEVER = 2**30


async def collect_rarely(
    *, resident: Callable[[], int | None] = resident_bytes, check_seconds: float = CHECK_SECONDS
) -> None:
    """Runs until it is cancelled. What is in memory now is never looked at again. `resident` is the memory in use."""
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(*_YOUNG, _NEVER)
    try:
        while True:
            due, most = time.monotonic() + FULL_SECONDS, await _used(resident) + GROWTH_BYTES
            while time.monotonic() < due and await _used(resident) <= most:
                await asyncio.sleep(check_seconds)
            gc.collect()
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


async def _used(resident: Callable[[], int | None]) -> int:
    return await asyncio.to_thread(resident) or 0
