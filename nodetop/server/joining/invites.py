"""Invitations: files in the hub's data directory, written by `nodetop-server invite` and read by the hub. No token has
the right to make one."""

import contextlib
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from nodetop.base import files
from nodetop.base.join_code import BadCode, JoinCode, parse_code
from nodetop.history.disk_errors import plain
from nodetop.server.base.startup import StartError

FOLDER = "invites"
Role = Literal["push", "read"]
LONGEST_SECONDS = 30 * 86_400.0
MOST_USES = 10_000
MOST_INVITES = 256
_COARSE_SECONDS = 2.0
"""Two changes of a folder that follow fast may have the same time."""


class Invite(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a join code: never the code itself."""

    id: str
    digest: str
    """SHA-256 of the secret, in hex."""
    role: Role
    uses_left: int
    expires_at: float
    pending: str = ""
    """Who used it last, until the token is on the disk, too: after a crash in between the same host may ask again."""


class Invites:
    """The invitations of one hub, as they are on the disk."""

    def __init__(self, hub_folder: Path) -> None:
        self._folder = hub_folder / FOLDER
        with contextlib.suppress(OSError):  # the disk may be full, or the folder is another user's
            self._folder.mkdir(mode=0o700, exist_ok=True)
        self._seen = 0
        self._by_digest: Mapping[str, Invite] = {}

    def create(self, code: JoinCode, role: Role, *, uses: int, expires_at: float) -> Invite:
        """Raises StartError."""
        invite = Invite(id=code.id, digest=_digest(code.bearer), role=role, uses_left=uses, expires_at=expires_at)
        try:
            if len(self.all()) >= MOST_INVITES:
                raise StartError(
                    f"There are {MOST_INVITES} invitations already; run: nodetop-server invite --cancel all"
                )
            self._write(invite)
        except OSError as error:
            raise StartError(f"Cannot write {plain(error, self._folder)}") from None
        return invite

    def cancel(self, id: str) -> int:
        """Removes the invitations with this id, or the one of this whole code, or all. Returns how many there were."""
        with contextlib.suppress(BadCode):
            id = parse_code(id).id
        found = [each for each in self.all() if id == "all" or each.id == id.upper()]
        for each in found:
            self._path(each).unlink(missing_ok=True)
        return len(found)

    def open(self, now: float) -> list[Invite]:
        """Those that can still be used; the others are removed."""
        found = self.all()
        for each in found:
            if each.expires_at <= now:
                self._path(each).unlink(missing_ok=True)
        return [each for each in found if each.expires_at > now and each.uses_left]

    def find(self, bearer: bytes, now: float) -> Invite | None:
        """The invitation of a secret that has not expired; it may be used up. Reads the folder only if it changed, as
        anybody can ask. In a dictionary only the time for a digest could be measured, and nobody can choose one."""
        try:
            changed = self._folder.stat().st_mtime_ns
        except OSError:
            return None
        if changed != self._seen or now - changed / 1e9 < _COARSE_SECONDS:
            self._by_digest = {each.digest: each for each in self.all()}
            self._seen = changed
        invite = self._by_digest.get(hashlib.sha256(bearer).hexdigest())
        return invite if invite is not None and invite.expires_at > now else None

    def use(self, invite: Invite, holder: str) -> Invite:
        """Counts one use by this holder. Returns the invitation as it is then. Raises OSError."""
        used = replace(invite, uses_left=invite.uses_left - 1, pending=holder)
        self._write(used)
        return used

    def settle(self, invite: Invite) -> None:
        """The holder has its token, or must not get one any more. Raises OSError."""
        self._write(replace(invite, pending=""))

    def _write(self, invite: Invite) -> None:
        files.write_atomically(
            self._path(invite), [msgspec.json.encode(invite)], links="replace", for_owner_of_folder=True
        )

    def _path(self, invite: Invite) -> Path:
        return self._folder / invite.digest[:32]

    def all(self) -> list[Invite]:
        """Those on the disk, also expired ones."""
        found = []
        for path in sorted(self._folder.glob("[0-9a-f]*")):
            try:
                found.append(msgspec.json.decode(files.read(path), type=Invite))
            except (OSError, msgspec.MsgspecError):  # another process removes it, or it is damaged
                continue
        return found


def _digest(bearer: str) -> str:
    return hashlib.sha256(bearer.encode()).hexdigest()
