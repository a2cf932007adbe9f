"""What nodetop is asked to do, besides its settings."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import click

from nodetop.base.version import __version__
from nodetop.recording.file import Recording
from nodetop.settings.options import Settings


@dataclass(frozen=True)
class Mode:
    """The options of the command line that say what to do now."""

    once: bool
    as_json: bool
    count: int | None
    record: Path | None
    args: str | None
    replay: Path | None
    speed: float | None
    node: str | None
    check: bool
    conditions: tuple[str, ...]

    def refuse_nonsense(self, settings: Settings) -> None:
        """Refuses what makes no sense together. Raises click.UsageError."""
        for wrong, reason in (
            (
                self.check and not self.conditions,
                "--check needs conditions: nodetop --check 'cpu<90' 'filesystem:/<90'",
            ),
            (self.check and (self.once or self.as_json), "--check has an output of its own, without --once and --json"),
            (self.check and self.record, "--record goes with the monitor or with --json"),
            (self.check and self.speed is not None, "--speed goes with the monitor"),
            (self.once and self.as_json, "--once and --json are two forms of output: choose one"),
            (self.count is not None and not self.as_json, "--count goes with --json"),
            (self.args and not self.record and not self.as_json, "--args goes with --record or --json"),
            (self.args and settings.cluster, "--args goes with this host: a hub's nodes say what it has of theirs"),
            (self.record and self.once, "--record goes with the monitor or with --json"),
            (self.record and self.replay, "--record and --replay: a recording is not recorded again, copy the file"),
            (self.speed is not None and not self.replay, "--speed goes with --replay"),
            (settings.cluster and self.replay, "--cluster and --replay show two different things: choose one"),
            (settings.cluster and self.record, "--record goes with this host, not with --cluster"),
            (self.node is not None and not settings.cluster, "--node goes with --cluster"),
            (self.speed is not None and (self.once or self.as_json), "--speed goes with the monitor"),
        ):
            if wrong:
                raise click.UsageError(reason)

    def recording(self) -> AbstractContextManager[Recording | None]:
        """The file that is recorded into, closed afterwards; None where none is asked for. Raises RecordingError."""
        return Recording(self.record, __version__, self.args or "redacted") if self.record else nullcontext()
