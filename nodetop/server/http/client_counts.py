"""How many requests of one kind are under way, and no more than so many."""

from nodetop.server.base.errors import Refusal


class Counted:
    """A bound on how many of one kind are under way."""

    def __init__(self, counts: dict[bytes, int], key: bytes, limit: int) -> None:
        self._counts, self._key, self._limit = counts, key, limit

    def __enter__(self) -> None:
        if self._counts.get(self._key, 0) >= self._limit:
            raise Refusal(429, "too_many_reads", "Too much history is asked for at once.", retry_after=1)
        self._counts[self._key] = self._counts.get(self._key, 0) + 1

    def __exit__(self, *_: object) -> None:
        self._counts[self._key] -= 1
        if not self._counts[self._key]:
            del self._counts[self._key]
