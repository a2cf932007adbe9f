"""The samples that subscribers have not read yet. Bounded for each and for all together: the oldest are dropped first.
For one event loop."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

Key = TypeVar("Key")
MAX_SAMPLES = 100
MAX_BYTES = 4 * 1024 * 1024
MAX_BYTES_OF_ALL = 32 * 1024 * 1024


class SampleQueue:
    """Samples of one node as JSON, for one reader."""

    def __init__(self) -> None:
        self._samples: deque[bytes] = deque()
        self.bytes = 0
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        """Samples not read yet."""
        return len(self._samples)

    def put(self, json: bytes) -> None:
        self._samples.append(json)
        self.bytes += len(json)
        while len(self) > MAX_SAMPLES or (self.bytes > MAX_BYTES and len(self) > 1):
            self.drop_oldest()
        self._arrived.set()

    def drop_oldest(self) -> None:
        self.bytes -= len(self._samples.popleft())

    async def get(self) -> bytes:
        """Waits for a sample and returns the oldest."""
        while not self._samples:
            self._arrived.clear()
            await self._arrived.wait()
        json = self._samples.popleft()
        self.bytes -= len(json)
        return json


class SampleQueues(Generic[Key]):
    """All queues, by what their readers asked for. If all together exceed MAX_BYTES_OF_ALL, the fullest drop their
    oldest samples, down to none."""

    def __init__(self) -> None:
        self._queues: dict[Key, set[SampleQueue]] = {}

    def add(self, key: Key) -> SampleQueue:
        queue = SampleQueue()
        self._queues.setdefault(key, set()).add(queue)
        return queue

    def remove(self, key: Key, queue: SampleQueue) -> None:
        queues = self._queues.get(key, set())
        queues.discard(queue)
        if not queues:
            self._queues.pop(key, None)

    def put(self, key: Key, json: bytes) -> None:
        """Puts a sample into the queues of this key."""
        queues = self._queues.get(key, ())
        for queue in queues:
            queue.put(json)
        if queues:
            self._make_room()

    def _make_room(self) -> None:
        queues = [queue for some in self._queues.values() for queue in some]
        excess = sum(queue.bytes for queue in queues) - MAX_BYTES_OF_ALL
        while excess > 0:
            fullest = max(queues, key=lambda queue: queue.bytes)
            excess -= fullest.bytes
            fullest.drop_oldest()
            excess += fullest.bytes
