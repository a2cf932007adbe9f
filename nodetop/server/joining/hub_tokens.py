"""The tokens that are valid at a hub now: those of its files, and those issued to hosts and people that joined."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from nodetop.base.clock import Clock
from nodetop.server.base.tokens import Token
from nodetop.server.joining.joining import Joining
from nodetop.server.joining.token_files import TokenFiles
from nodetop.server.settings import ServerSettings


class HubTokens:
    """For use in the event loop. Raises StartError if a file is wrong."""

    def __init__(
        self,
        settings: ServerSettings,
        folder: Path,
        *,
        pin: str | None,
        clock: Clock,
        silence: Callable[[str, str | None], float],
    ) -> None:
        """`pin` is the fingerprint of the hub's certificate, for those who join; `silence` as for Joining."""
        self._cluster = settings.cluster
        self.files = TokenFiles.of(settings, folder)
        self._of_files = self.files.load()
        self.joining = Joining(
            folder,
            cluster=settings.cluster,
            max_nodes=settings.max_nodes,
            pin=pin,
            clock=clock,
            silence=silence,
            on_change=self._update,
        )
        self._update()

    def _update(self) -> None:
        self.current = self.joining.members.added_to(self._of_files, self._cluster)
        """The tokens with their roles; another object after each change."""

    async def reload(self) -> None:
        """Reads the files again. Raises StartError; the old tokens stay valid then."""
        self._of_files = await asyncio.to_thread(self.files.load)
        self._update()

    def may_read(self, token: Token) -> bool:
        """Whether a token that was found before is still a read token."""
        return self.current.may_read(token)
