"""The samples of a node that one subscriber has not read yet. Bounded: the oldest are dropped first."""

import asyncio
from collections import deque

MAX_SAMPLES = 100
MAX_BYTES = 4 * 1024 * 1024


class SampleQueue:
    """Samples as JSON. For one event loop and one reader."""

    def __init__(self) -> None:
        self._samples: deque[bytes] = deque()
        self._bytes = 0
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        """Samples not read yet."""
        return len(self._samples)

    def put(self, json: bytes) -> None:
        self._samples.append(json)
        self._bytes += len(json)
        while len(self._samples) > MAX_SAMPLES or (self._bytes > MAX_BYTES and len(self._samples) > 1):
            self._bytes -= len(self._samples.popleft())
        self._arrived.set()

    async def get(self) -> bytes:
        """Waits for a sample and returns the oldest."""
        while not self._samples:
            self._arrived.clear()
            await self._arrived.wait()
        json = self._samples.popleft()
        self._bytes -= len(json)
        return json
