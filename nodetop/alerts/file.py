"""Where a user's decisions about alerts are kept: one file, replaced as a whole."""

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
        """Why decisions are not kept, in one line."""
        self._is_newer = False

    def read(self) -> Handling:
        """What is there; nothing where it cannot be read."""
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
            self.problem = f"alerts: {self._path} was passed over: {error}"
            return Handling()
        self._is_newer = found.schema > SCHEMA
        if self._is_newer:
            self.problem = f"alerts: a newer nodetop wrote {self._path}: what is decided here is not kept"
        return found

    def add(self, handling: Handling, now: float) -> Handling:
        """Writes it, merged with what is there. Returns both; a disk that takes nothing is told in `problem`."""
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
            self.problem = f"alerts: what is decided is not kept: {error.filename or self._path}: {error.strerror}"
            return handling
