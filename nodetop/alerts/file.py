"""Stores a user's decisions about alerts in one file, which is replaced as a whole."""

from pathlib import Path

from nodetop.alerts.handling import SCHEMA, Handling
from nodetop.base import files, locks
from nodetop.model import wire

LOCK_SECONDS = 30.0


class AlertFile:
    """Several nodetops may use it at once: each change is merged with what the others wrote. All calls may block."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "alerts"
        self._path = self._folder / "handled.json"
        self.problem: str | None = None
        """Why decisions are not saved, in one line; None if they are."""
        self._is_newer = False

    def read(self) -> Handling:
        """The saved decisions; empty if they cannot be read."""
        try:
            data = files.read(self._path)
        except FileNotFoundError:
            return Handling()
        except OSError as error:
            self.problem = f"alerts: cannot read {self._path}: {error.strerror}"
            return Handling()
        try:
            found = wire.decode(data, Handling)
        except wire.BadMessage as error:
            self.problem = f"alerts: {self._path} is ignored: {error}"
            return Handling()
        self._is_newer = found.schema > SCHEMA
        if self._is_newer:
            self.problem = f"alerts: {self._path} was written by a newer nodetop: decisions are not saved"
        return found

    def add(self, handling: Handling, now: float) -> Handling:
        """Saves decisions, merged with the saved ones. Returns all of them; if writing fails, `problem` says why."""
        self.problem, self._is_newer = None, False
        try:
            files.make_directories(self._folder)
            with locks.held(self._folder / ".lock", wait_seconds=LOCK_SECONDS, is_optional=True):
                files.remove_leftovers(self._folder)
                both = self.read().merged(handling).pruned(now)
                if not self._is_newer:
                    files.write_atomically(self._path, [wire.encode(both)])
                return both
        except OSError as error:
            self.problem = f"alerts: decisions are not saved: {error.filename or self._path}: {error.strerror}"
            return handling
