"""Where a running hub is reached, in files of its data directory: for clients of the same user, and for join codes."""

import logging
from pathlib import Path

from nodetop.base import files
from nodetop.history.disk_errors import plain
from nodetop.model.hub_api import ADDRESS_FILE, PIN_FILE
from nodetop.server.base.startup import StartError

logger = logging.getLogger(__name__)


class PublishedAddress:
    """The URLs, and the pin of the certificate."""

    def __init__(self, hub_folder: Path, urls: list[str], pin: str | None) -> None:
        self._contents = {ADDRESS_FILE: urls, PIN_FILE: [pin or ""]}
        self._folder = hub_folder
        self.problem: str | None = None
        """Why they are not written. A full disk must not stop the hub from serving what it has."""

    def write(self) -> None:
        for name, lines in self._contents.items():
            path = self._folder / name
            try:
                files.write_atomically(path, [f"{line}\n".encode() for line in lines], links="replace")
                self.problem = None
            except OSError as error:
                self.problem = f"clients on this machine cannot find the hub: {plain(error, path)}"
                logger.error("addresses_not_written", {"reason": self.problem})
                return


def published(folder: Path, name: str) -> str:
    """What the hub of this folder has written into one of these files. Raises StartError."""
    try:
        return files.read(folder / name).decode("ascii", "replace").strip()
    except FileNotFoundError:
        raise StartError(f"The hub in {folder.parent} has never run; start it first") from None
    except OSError as error:
        raise StartError(f"Cannot read {folder / name}: {error.strerror}") from None
