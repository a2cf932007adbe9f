"""Members: nodes, relaying hubs and readers that have joined with a code, each with a token of its own. The hub keeps
only the tokens' digests."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from nodetop.base import files
from nodetop.server.base.startup import StartError
from nodetop.server.base.tokens import Token, Tokens
from nodetop.server.joining.invites import Role

MEMBERS_FILE = "members.json"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One token that was issued."""

    name: str
    """The node, or CLUSTER/* for a relaying hub, or the name of a reader."""
    role: Role
    digest: str
    """SHA-256 of the token, in hex."""
    instance: str
    """Which installation it was issued to."""
    invite: str
    """The digest of its invitation."""
    joined_at: float
    address: str


class Members:
    """All members of one hub, by role and name. A new one is valid once it is on the disk, a removed one at once
    no longer."""

    def __init__(self, path: Path, members: Iterable[Member] = ()) -> None:
        self._path = path
        self._members = {(each.role, each.name): each for each in members}
        self._is_saved = True

    @classmethod
    def load(cls, hub_folder: Path) -> "Members":
        """Raises StartError."""
        path = hub_folder / MEMBERS_FILE
        if not path.exists():
            return cls(path)
        try:
            return cls(path, msgspec.json.decode(files.read(path), type=list[Member]))
        except OSError as error:
            raise StartError(f"Cannot read {path}: {error.strerror}") from None
        except msgspec.MsgspecError as error:
            raise StartError(
                f"Cannot use {path}: {error}; restore it, or remove it: all hosts must join again"
            ) from None

    def count(self, role: Role) -> int:
        return sum(each.role == role for each in self._members.values())

    def all(self) -> list[Member]:
        return sorted(self._members.values(), key=lambda each: (each.role, each.name))

    def get(self, role: Role, name: str) -> Member | None:
        return self._members.get((role, name))

    def put(self, member: Member, instead_of: Member | None = None) -> None:
        """Adds a member, in place of one with its role and name, and of another one. Raises OSError."""
        left = {key: each for key, each in self._members.items() if each is not instead_of}
        self._save(left | {(member.role, member.name): member})

    def remove(self, name: str) -> bool:
        """Removes those of this name. Returns whether there was one. Raises OSError; try again then."""
        left = {key: each for key, each in self._members.items() if each.name != name}
        is_known = len(left) < len(self._members) or not self._is_saved
        if is_known:
            self._members, self._is_saved = left, False
            self._save(left)
        return is_known

    def added_to(self, tokens: Tokens, own_cluster: str) -> Tokens:
        """These tokens, and those of the members."""
        return replace(
            tokens, issued_push=self._tokens("push", own_cluster), issued_read=self._tokens("read", own_cluster)
        )

    def _tokens(self, role: Role, own_cluster: str) -> Mapping[bytes, Token]:
        found = (_token(each, own_cluster) for each in self._members.values() if each.role == role)
        return {token.digest: token for token in found}

    def _save(self, members: dict[tuple[Role, str], Member]) -> None:
        files.write_atomically(
            self._path, [msgspec.json.encode(list(members.values()))], links="replace", for_owner_of_folder=True
        )
        self._members, self._is_saved = members, True


def _token(member: Member, own_cluster: str) -> Token:
    cluster, slash, _ = member.name.partition("/")
    if slash:
        return Token(bytes.fromhex(member.digest), "*", cluster)
    return Token(bytes.fromhex(member.digest), member.name, own_cluster)
