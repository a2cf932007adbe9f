"""Python's garbage collection in a hub. A full one looks at every object of every node and blocks everything for that
long (60 to 110 ms of CPU time with 200 nodes), so it is rare. Young objects are collected as usual."""

import asyncio
import gc

FULL_SECONDS = 3600.0
_YOUNG = (5_000, 20)
_NEVER = 2**30


async def collect_rarely() -> None:
    """Runs until it is cancelled. What is in memory now is never looked at again."""
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(*_YOUNG, _NEVER)
    try:
        while True:
            await asyncio.sleep(FULL_SECONDS)
            gc.collect()
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
