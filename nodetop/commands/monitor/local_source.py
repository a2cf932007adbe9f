"""This host as a live source, and what stores its samples: the history, and a recording if requested."""

from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.history.recorder import Recorder as HistoryRecorder
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot
from nodetop.probes.sampler import Sampler
from nodetop.recording.file import Recording
from nodetop.settings.options import Settings
from nodetop.sources.local.source import LocalSource


@dataclass(frozen=True)
class Keeper:
    """A history, a recording, both or neither; each gets every sample."""

    history: HistoryRecorder | None
    recording: Recording | None

    def add(self, snapshot: NodeSnapshot) -> None:
        for each in (self.history, self.recording):
            if each is not None:
                each.add(snapshot)

    def points(self, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        return self.history.points(since, until, step) if self.history else []

    def close(self) -> None:
        for each in (self.history, self.recording):
            if each is not None:
                each.close()

    @property
    def problem(self) -> str | None:
        """Why samples are not stored, in one line; None if they are."""
        return next(iter(self.problems), None)

    @property
    def problems(self) -> list[str]:
        """A line for each store that fails."""
        return [each.problem for each in (self.recording, self.history) if each and each.problem]


def live_source(
    sampler: Sampler, first: NodeSnapshot, settings: Settings, recording: Recording | None
) -> tuple[LocalSource, Keeper]:
    """A source that continues after a first sample, and the keeper of its samples."""
    history = None
    if settings.history:
        store = HistoryStore(settings.data_dir / "history")
        history = HistoryRecorder(store, sampler.node, command_of=_redacted)
    keeper = Keeper(history, recording)
    source = LocalSource(sampler, interval=settings.interval, recorder=keeper, readonly=settings.readonly)
    if recording is not None:
        source.writes_to = lambda: None if recording.problem else recording.path.name
    source.start_with(first)
    return source, keeper


def _redacted(command: str) -> str:
    """A command line with secrets replaced, as it may stay on the disk."""
    from nodetop.recording.redact import redact  # late: needed only when a point is written

    return redact(command)
