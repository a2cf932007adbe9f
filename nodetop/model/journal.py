"""Lines of the systemd journal about a workload."""

from msgspec import Struct


class JournalLine(Struct, frozen=True, kw_only=True):
    """One message, safe to show. `at` is UTC seconds; `priority` 0 (emergency) to 7 (debug); `program` who wrote it."""

    at: float | None
    priority: int | None
    program: str
    text: str


class JournalPart(Struct, frozen=True):
    """The last lines up to a time, oldest first; `why` says why there are none, or that some may be missing."""

    lines: tuple[JournalLine, ...] = ()
    why: str = ""


NO_JOURNAL = JournalPart(why="the journal is on the host itself, and can be read there only")
