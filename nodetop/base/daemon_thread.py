"""Awaits blocking work from an event loop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(work: Callable[[], T]) -> T:
    """Runs blocking work in a daemon thread. Unlike the loop's own executor, it does not delay the program's exit."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            result = work()
        except Exception as error:
            resolve(future.set_exception, error)
        else:
            resolve(future.set_result, result)

    def resolve(setter: Callable[..., None], outcome: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed, so nothing waits for the result
            loop.call_soon_threadsafe(lambda: None if future.done() else setter(outcome))

    threading.Thread(target=run, name="nodetop-blocking", daemon=True).start()
    return await future
