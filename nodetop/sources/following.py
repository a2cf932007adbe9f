"""What sources on the network share while they follow a server: the latest events for their reader, the recent samples
of nodes, the tasks that they run, and the wait after failures."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Iterator
from typing import Any

from nodetop.base import backoff
from nodetop.history.ring import MAX_ROWS, Ring
from nodetop.sources.source import SourceEvent, SourceProblem

FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 1.0, 8.0
MOST_RINGS = 6
"""Number of nodes whose recent samples are kept."""


class LatestEvents:
    """The latest event of each kind. A slow reader gets fewer events, and no old ones."""

    def __init__(self) -> None:
        self._events: dict[type, SourceEvent] = {}
        self._filled = asyncio.Event()
        self.is_closed = False

    def put(self, event: SourceEvent) -> None:
        """Data after a problem ends the problem."""
        self._events.pop(type(event), None)
        if not isinstance(event, SourceProblem):
            self._events.pop(SourceProblem, None)
        self._events[type(event)] = event
        self._filled.set()

    async def wait(self) -> None:
        """Until there is an event, or it is closed."""
        await self._filled.wait()
        self._filled.clear()

    def take(self) -> Iterator[SourceEvent]:
        """The events one after the other, with those that come meanwhile, until there are none or it is closed."""
        while self._events and not self.is_closed:
            yield self._events.pop(next(iter(self._events)))

    def close(self) -> None:
        """Ends what waits for events."""
        self.is_closed = True
        self._filled.set()


class Rings:
    """The recent samples of the nodes viewed last, by the name that the user sees. Together they hold at most so many
    process rows, except that the last node always keeps its own."""

    def __init__(self, max_rows: int = MAX_ROWS) -> None:
        self._max_rows = max_rows
        self._rings: OrderedDict[str, Ring] = OrderedDict()

    def of(self, node: str) -> Ring:
        """Its ring, which is empty if it is new or was dropped."""
        ring = self._rings.setdefault(node, Ring(max_rows=self._max_rows))
        self._rings.move_to_end(node)
        while len(self._rings) > MOST_RINGS or (len(self._rings) > 1 and self._rows > self._max_rows):
            self._rings.popitem(last=False)
        return ring

    @property
    def _rows(self) -> int:
        return sum(ring.rows for ring in self._rings.values())


class Tasks:
    """Tasks that are ended together."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def aclose(self) -> None:
        """Cancels them, and waits for their end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def backoff_seconds(failures: int) -> float:
    """How long to wait after so many failures in a row."""
    return backoff.spread(
        backoff.delay(failures, first=FIRST_BACKOFF_SECONDS, longest=LONGEST_BACKOFF_SECONDS), share=0.2
    )
