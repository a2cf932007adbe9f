"""How many requests of one kind a client may have at once."""

from nodetop.server.base.errors import Refusal


class ConcurrencyLimit:
    """A context: counts a request of `key` as long as it is entered. Raises Refusal, 429, beyond the limit."""

    def __init__(self, counts: dict[bytes, int], key: bytes, limit: int) -> None:
        self._counts, self._key, self._limit = counts, key, limit

    def __enter__(self) -> None:
        if self._counts.get(self._key, 0) >= self._limit:
            raise Refusal(429, "too_many_reads", "Too many reads of history at once.", retry_after=1)
        self._counts[self._key] = self._counts.get(self._key, 0) + 1

    def __exit__(self, *_: object) -> None:
        self._counts[self._key] -= 1
        if not self._counts[self._key]:
            del self._counts[self._key]
