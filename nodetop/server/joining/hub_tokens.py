"""The tokens that are valid at a hub now: those of its token files, and those that were issued to members."""

from pathlib import Path

from nodetop.base.clock import Clock
from nodetop.server.base.token_files import TokenFiles
from nodetop.server.base.tokens import Tokens
from nodetop.server.joining.joining import Joining
from nodetop.server.settings import ServerSettings


class HubTokens:
    """Raises StartError if files cannot be used."""

    def __init__(self, settings: ServerSettings, folder: Path, *, pin: str | None, clock: Clock) -> None:
        self.files = TokenFiles.of(settings, folder)
        self._of_files = self.files.load()
        self._cluster = settings.cluster
        self.joining = Joining(
            folder,
            cluster=settings.cluster,
            max_nodes=settings.max_nodes,
            pin=pin,
            clock=clock,
            on_change=self._update,
        )
        self._update()

    @property
    def valid(self) -> Tokens:
        return self._valid

    def reload(self) -> None:
        """Reads the files again. Raises StartError; then the old tokens stay valid."""
        self._of_files = self.files.load()
        self._update()

    def _update(self) -> None:
        self._valid = self.joining.members.added_to(self._of_files, self._cluster)
