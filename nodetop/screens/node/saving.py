"""The key that saves what is in memory: when something has just happened, it is there, and would be lost."""

from collections.abc import Callable, Sequence
from pathlib import Path

from nodetop.base import units
from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.base.text import clean
from nodetop.base.version import __version__
from nodetop.base.when import clock_text
from nodetop.history.means import MeanSnapshot
from nodetop.model.history import POINT_SECONDS
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot
from nodetop.screens.base import workers
from nodetop.screens.base.screen import PanelScreen
from nodetop.sources.source import Source, SourceError
from nodetop.widgets.menus.prompt import Question

_HISTORY_SECONDS = 86_400.0
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


class Saving:
    """A part of the node screen. `node` returns the name of the node; None: nothing is known of it yet."""

    def __init__(self, screen: PanelScreen, source: Source, node: Callable[[], str | None]) -> None:
        self._screen = screen
        self._source = source
        self._node = node
        self.actions: dict[str, Callable[..., object]] = {"save": self.ask}

    async def ask(self) -> None:
        """Opens the line in which the file is named."""
        node = self._node()
        samples = self._samples(node) if node is not None else ()
        if node is None or not samples:
            self._screen.hint("no samples in memory yet: nothing to save")
            return
        at = clock_text(samples[-1].taken_at, "%Y%m%d-%H%M%S")
        safe = "".join(character if character in _NAME_CHARACTERS else "-" for character in node).lstrip(".-")
        reach = units.duration(samples[-1].taken_at - samples[0].taken_at)
        await self._screen.prompts.ask(
            Question(
                "save to",
                f"nodetop-{safe or 'node'}-{at}.jsonl.gz",
                f"{len(samples)} samples of {reach}, a day of history",
                done=lambda text: self._begin(node, samples, text),
            )
        )

    def _samples(self, node: str) -> tuple[NodeSnapshot, ...]:
        return tuple(each for each in self._source.recent(node) if not isinstance(each, MeanSnapshot))

    def _begin(self, node: str, samples: Sequence[NodeSnapshot], text: str) -> str | None:
        if not text.strip():
            return "a file name is needed"
        path = Path(text.strip()).expanduser()
        workers.start(self._screen, self._save, node, samples, path, group="save")
        return None

    async def _save(self, node: str, samples: Sequence[NodeSnapshot], path: Path) -> None:
        from nodetop.recording.incident_file import IncidentFileExists  # with the first file

        until = samples[-1].taken_at
        try:
            points = await self._source.history(node, until - _HISTORY_SECONDS, until, POINT_SECONDS)
        except SourceError:
            points = ()  # the samples are what would be lost
        try:
            size = await in_daemon_thread(lambda: _write(path, node, samples, points, self._source.name))
        except IncidentFileExists:
            self._screen.hint(f"{clean(str(path))} exists already; nothing was written")
        except OSError as error:
            self._screen.hint(f"not saved in {clean(str(path))}: {error.strerror or error}")
        else:
            self._screen.hint(f"{len(samples)} samples, {units.size(size)}: nodetop --replay {clean(str(path))}")


def _write(path: Path, node: str, samples: Sequence[NodeSnapshot], points: Sequence[HistoryPoint], source: str) -> int:
    """Writes a file that --replay shows; command lines are without secrets. Returns its size."""
    from nodetop.recording.file import INCIDENT_FORMAT, Header  # with the first file
    from nodetop.recording.incident_file import IncidentFile, made_by
    from nodetop.recording.redact import redact_snapshot

    first, last = samples[0].taken_at, samples[-1].taken_at
    since = min([point.at for point in points], default=first)
    header = Header(
        nodetop_recording=INCIDENT_FORMAT, version=__version__, made_at=last, made_by=made_by(), source=source,
        since=min(since, first), until=last, nodes=(node,),
    )  # fmt: skip
    with IncidentFile(path) as file:
        file.begin(header)
        file.add_points(node, POINT_SECONDS, points)
        file.add_samples(redact_snapshot(sample, "redacted") for sample in samples)
        return file.commit()
