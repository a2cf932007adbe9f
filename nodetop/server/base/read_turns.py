"""Reads take turns, so that they do not delay the taking in of samples: between two rounds of the event loop at most
one of them runs, for at most SLICE_SECONDS, however many there are."""

import asyncio
import time
from weakref import WeakKeyDictionary

SLICE_SECONDS = 0.001
"""How long one read may block the event loop."""
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def next_turn() -> None:
    """Waits until this read may run. The event loop has run its other tasks since the last one did."""
    loop = asyncio.get_running_loop()
    lock = _locks.get(loop)
    if lock is None:
        lock = _locks[loop] = asyncio.Lock()
    async with lock:
        await asyncio.sleep(0)


class Slices:
    """The slices of one read."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SLICE_SECONDS

    async def pause(self) -> None:
        """Call it often: it waits for the next turn if the slice is over."""
        if time.monotonic() >= self._until:
            await next_turn()
            self._until = time.monotonic() + SLICE_SECONDS
