"""What blocks, awaited from an event loop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(work: Callable[[], T]) -> T:
    """Runs what blocks without blocking the event loop, nor, as the loop's own threads would, the program's end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            result = work()
        except Exception as error:
            tell(future.set_exception, error)
        else:
            tell(future.set_result, result)

    def tell(how: Callable[..., None], what: object) -> None:
        with contextlib.suppress(RuntimeError):  # nobody is left to hear it: the loop is closed
            loop.call_soon_threadsafe(lambda: None if future.done() else how(what))

    threading.Thread(target=run, name="nodetop-blocking", daemon=True).start()
    return await future
