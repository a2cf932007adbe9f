"""The request of `nodetop export`, and its progress."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click

from nodetop.base.text import clean
from nodetop.base.version import __version__
from nodetop.base.when import EXAMPLES, parse_when
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot
from nodetop.recording.file import INCIDENT_FORMAT, Header
from nodetop.recording.incident_file import made_by
from nodetop.recording.redact import redact_snapshot


@dataclass
class Export:
    """What to export, and what went wrong so far. Times are UTC seconds."""

    path: Path
    since: float
    until: float
    now: float
    nodes: tuple[str, ...] = ()
    """Export only these nodes; all if empty."""
    args: str | None = None
    """How much of command lines to keep; None: as the source has them, for this host with secrets replaced."""
    force: bool = False
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What the user should know about the contents; not an error."""

    @classmethod
    def of(cls, path: Path, since: str, until: str, now: float, **more: object) -> "Export":
        """Makes a request; the times are parsed. Raises click.UsageError."""
        first, last = _time("--since", since, now), min(_time("--until", until, now), now)
        if first >= last:
            raise click.UsageError("--since must be before --until and not in the future")
        return cls(path=path, since=first, until=last, now=now, **more)  # type: ignore[arg-type]

    def header(self, source: str, nodes: Iterable[str]) -> Header:
        """The first line of the file."""
        return Header(
            nodetop_recording=INCIDENT_FORMAT,
            version=__version__,
            made_at=self.now,
            made_by=made_by(),
            source=source,
            since=self.since,
            until=self.until,
            nodes=tuple(nodes),
        )

    def within(self, samples: Iterable[NodeSnapshot]) -> Iterable[NodeSnapshot]:
        """The samples of the period, with as much of their command lines as requested."""
        for sample in samples:
            if self.since <= sample.taken_at <= self.until:
                yield sample if self.args is None else redact_snapshot(sample, self.args)

    def seconds_back(self) -> float:
        """How far back the period begins, in seconds from now."""
        return self.now - self.since


def _time(option: str, text: str, now: float) -> float:
    at = parse_when(text, now)
    if at is None:
        raise click.UsageError(f"{option}: {clean(text)!r} is not a time; write {EXAMPLES}")
    return at


def joined(*parts: Iterable[HistoryPoint]) -> list[HistoryPoint]:
    """Merges points of one node from several stores: for each interval the one with more samples."""
    best: dict[float, HistoryPoint] = {}
    for part in parts:
        for point in part:
            if point.at not in best or point.samples > best[point.at].samples:
                best[point.at] = point
    return [best[at] for at in sorted(best)]
