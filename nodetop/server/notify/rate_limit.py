"""How many messages a receiver gets within an hour. Endings, and what was told before, may use half of them, so that
there is room for what is new. Kept with the outbox. Pure."""

from msgspec import Struct

from nodetop.base import units

HOUR = 3600.0


class RateLimit(Struct, omit_defaults=True):
    """`sent_at` are the messages of the last hour; `repeats_at` those of them without anything new."""

    sent_at: list[float] = []
    repeats_at: list[float] = []
    held_since: float | None = None
    held: int = 0
    """Changes that were held back."""
    held_by: str = ""
    """The messages that used it up, in words."""

    def has_room(self, most: int, has_news: bool, now: float) -> bool:
        """Whether one more message may be sent, if `most` may be within an hour."""
        self.sent_at, self.repeats_at = (
            [at for at in times if 0 <= now - at < HOUR] for times in (self.sent_at, self.repeats_at)
        )
        most_repeats = max(most // 2, 1)
        if len(self.sent_at) >= most:
            self.held_by = f"{most} messages"
        elif not has_news and len(self.repeats_at) >= most_repeats:
            self.held_by = f"{most_repeats} messages without anything new"
        else:
            return True
        return False

    def hold(self, changes: int, now: float) -> bool:
        """So many changes are held back. Returns whether it is another number than before."""
        before, self.held = self.held, changes
        self.held_since = self.held_since or now
        return self.held != before

    def sent(self, has_news: bool, now: float) -> str | None:
        """Counts a message. Returns what it must say about changes that were held back."""
        self.sent_at.append(now)
        if not has_news:
            self.repeats_at.append(now)
        if self.held_since is None:
            return None
        waited = units.duration(max(now - self.held_since, 0.0))
        held, self.held, self.held_since = self.held, 0, None
        return f"{held} changes were held back for {waited}, because {self.held_by} were sent within an hour."
