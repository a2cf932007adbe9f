"""Where a user's decisions about alerts are kept: one file, replaced as a whole."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nodetop.alerts.handling import SCHEMA, Handling
from nodetop.base import files as fsops
from nodetop.model import wire


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
            data = fsops.read(self._path)
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
            self._make_folder()
            with self._locked():
                both = self.read().merged(handling).pruned(now)
                if not self._is_newer:
                    fsops.write_atomically(self._path, [wire.encode(both)])
                return both
        except OSError as error:
            self.problem = f"alerts: what is decided is not kept: {error.filename or self._path}: {error.strerror}"
            return handling

    def _make_folder(self) -> None:
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fsops.make_directory(self._folder)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
