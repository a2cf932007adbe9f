"""What nodetop is asked to do, apart from its settings."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from nodetop.base.version import __version__
from nodetop.settings.options import Settings


@dataclass(frozen=True)
class Mode:
    """The command-line options that select what to do."""

    once: bool
    as_json: bool
    count: int | None
    record: Path | None
    args: str | None
    replay: Path | None
    demo: bool
    speed: float | None
    node: str | None
    at: str | None
    check: bool
    conditions: tuple[str, ...]

    @property
    def is_script(self) -> bool:
        """Whether it prints something, and is no monitor."""
        return self.check or self.once or self.as_json

    def refuse_nonsense(self, settings: Settings) -> None:
        """Refuses options that cannot be combined. Raises click.UsageError."""
        for wrong, reason in (
            (
                self.check and not self.conditions,
                "--check needs conditions: nodetop --check 'cpu<90' 'filesystem:/<90'",
            ),
            (self.check and (self.once or self.as_json), "--check has its own output; omit --once and --json"),
            (self.check and self.record, "--record needs the monitor or --json"),
            (self.check and self.speed is not None, "--speed needs the monitor"),
            (self.at and self.demo, "--demo plays its own day; omit --at"),
            (self.at and self.speed is not None, "--at loads the whole recording at once; omit --speed"),
            (self.at and self.record, "--record records the present; omit --at"),
            (self.at and self.count is not None, "--at is one moment; omit --count"),
            (self.once and self.as_json, "--once and --json cannot be combined"),
            (self.count is not None and not self.as_json, "--count needs --json"),
            (self.args and not self.record and not self.as_json, "--args needs --record or --json"),
            (self.args and settings.cluster, "--args is for this host only; a hub decides what its nodes send"),
            (self.demo and self.replay, "--demo and --replay cannot be combined"),
            (self.demo and settings.cluster, "--demo and --cluster cannot be combined"),
            (self.demo and self.record, "--record records this host only; omit --demo"),
            (self.demo and self.check, "--check is for this host, a hub or --replay; omit --demo"),
            (self.record and self.once, "--record needs the monitor or --json"),
            (self.record and self.replay, "--record and --replay cannot be combined; copy the file instead"),
            (self.speed is not None and not (self.replay or self.demo), "--speed needs --replay"),
            (settings.cluster and self.replay, "--cluster and --replay cannot be combined"),
            (settings.cluster and self.record, "--record records this host only; omit --cluster"),
            (self.node is not None and not settings.cluster, "--node needs --cluster"),
            (self.speed is not None and (self.once or self.as_json), "--speed needs the monitor"),
        ):
            if wrong:
                raise click.UsageError(reason)

    def recording(self) -> AbstractContextManager[Any]:
        """The Recording to write, closed afterwards; None if none was asked for. Raises RecordingError."""
        if self.record is None:
            return nullcontext()
        from nodetop.recording.file import Recording  # late: the first picture does not wait for it

        return Recording(self.record, __version__, self.args or "redacted")
