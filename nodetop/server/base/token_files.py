"""The files with a hub's tokens: to push, to read, and to act on alerts."""

import logging
from dataclasses import dataclass
from pathlib import Path

from nodetop.model.hub_api import ACT_TOKEN_FILE, PUSH_TOKEN_FILE, READ_TOKEN_FILE
from nodetop.server.base.startup import StartError
from nodetop.server.base.tokens import Tokens, ensure_token_file, load_tokens

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TokenFiles:
    """A file for each role."""

    push: Path
    read: Path
    act: Path | None
    """None: nobody can act, as the file could not be made."""

    @classmethod
    def of(cls, folder: Path, *, push: Path | None, read: Path | None, act: Path | None) -> "TokenFiles":
        """Files that are not given are in the folder, and created there. Raises StartError."""
        push, read = push or folder / PUSH_TOKEN_FILE, read or folder / READ_TOKEN_FILE
        for path in (push, read):
            if path.parent == folder:
                ensure_token_file(path)
        return cls(push, read, act or _act_file(folder))

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
