"""Where a hub's tokens are: the files of its settings, or those in its data directory."""

import logging
from dataclasses import dataclass
from pathlib import Path

from nodetop.model.hub_api import ACT_TOKEN_FILE, PUSH_TOKEN_FILE, READ_TOKEN_FILE
from nodetop.server.base.startup import StartError
from nodetop.server.base.tokens import Tokens, ensure_token_file, load_tokens
from nodetop.server.settings import ServerSettings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TokenFiles:
    """A file for each role: to push, to read, and to act on alerts."""

    push: Path
    read: Path
    act: Path | None
    """None: nobody can act, as the file could not be made."""

    @classmethod
    def of(cls, settings: ServerSettings, folder: Path) -> "TokenFiles":
        """Files that the settings do not name are created in the folder. Raises StartError."""
        push = settings.push_token_file or folder / PUSH_TOKEN_FILE
        read = settings.read_token_file or folder / READ_TOKEN_FILE
        for path in (push, read):
            if path.parent == folder:
                ensure_token_file(path)
        return cls(push, read, settings.act_token_file or _act_file(folder))

    def load(self) -> Tokens:
        """The tokens in these files. Raises StartError."""
        return load_tokens(self.push, self.read, self.act)


def _act_file(folder: Path) -> Path | None:
    """The file in the folder. A hub of an older version has none; on a full disk it must start without."""
    try:
        ensure_token_file(folder / ACT_TOKEN_FILE)
    except StartError as error:
        logger.error("no_act_token", {"reason": str(error)})
        return None
    return folder / ACT_TOKEN_FILE
