"""Where a hub's tokens are: the files of its settings, or those in its data directory."""

from dataclasses import dataclass
from pathlib import Path

from nodetop.model.hub_api import PUSH_TOKEN_FILE, READ_TOKEN_FILE
from nodetop.server.base.tokens import Tokens, ensure_token_file, load_tokens
from nodetop.server.settings import ServerSettings


@dataclass(frozen=True)
class TokenFiles:
    """The files with the push tokens and the read tokens."""

    push: Path
    read: Path

    @classmethod
    def of(cls, settings: ServerSettings, folder: Path) -> "TokenFiles":
        """Files that the settings do not name are created in the folder. Raises StartError."""
        tokens = cls(
            settings.push_token_file or folder / PUSH_TOKEN_FILE, settings.read_token_file or folder / READ_TOKEN_FILE
        )
        for path in (tokens.push, tokens.read):
            if path.parent == folder:
                ensure_token_file(path)
        return tokens

    def load(self) -> Tokens:
        return load_tokens(self.push, self.read)
