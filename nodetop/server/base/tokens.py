"""Bearer tokens: their files, and which token a request has. In memory there are only digests."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import combinations
from pathlib import Path

from nodetop.server.base.private_files import create_private, read_private
from nodetop.server.base.startup import StartError

TOKENS_PER_ROLE = 8
SHORTEST = 22
"""Characters of base64 that hold 128 bits."""
_LONGEST = 512


@dataclass(frozen=True)
class Token:
    """One line of a token file: the token's digest, and what follows it: with a push token a shell pattern of the nodes
    it may push for, with an act token the name of who uses it. A token of a host that joined is of its cluster only."""

    digest: bytes
    nodes: str = "*"
    cluster: str = "*"

    @property
    def user(self) -> str:
        """Who uses an act token; empty if the file does not say."""
        return "" if self.nodes == "*" else self.nodes

    def may_push(self, cluster: str, node: str) -> bool:
        is_its_cluster = self.cluster in ("*", cluster)
        return is_its_cluster and (self.nodes == "*" or fnmatchcase(node, self.nodes))


@dataclass(frozen=True)
class Tokens:
    """The valid tokens, by role: those of the token files, and by digest those issued to hosts that joined."""

    push: tuple[Token, ...]
    read: tuple[Token, ...]
    act: tuple[Token, ...] = ()
    issued_push: Mapping[bytes, Token] = field(default_factory=dict)
    issued_read: Mapping[bytes, Token] = field(default_factory=dict)

    def find(self, bearer: bytes) -> dict[str, Token]:
        """The roles of a token, each with its Token. Always compares with every digest of the files, to leak no timing.
        In a dictionary only the time for a digest could be measured, and nobody can choose one."""
        digest = hashlib.sha256(bearer).digest()
        found = {
            "push": _match(self.push, digest) or self.issued_push.get(digest),
            "read": _match(self.read, digest) or self.issued_read.get(digest),
            "act": _match(self.act, digest),
        }
        return {role: token for role, token in found.items() if token is not None}

    def may_read(self, token: Token) -> bool:
        """Whether a token that was found before is still a read token."""
        return token in self.read or token.digest in self.issued_read


def _match(tokens: Iterable[Token], digest: bytes) -> Token | None:
    found = None
    for token in tokens:
        if hmac.compare_digest(token.digest, digest):
            found = token
    return found


def ensure_token_file(path: Path) -> None:
    """Creates the file with one new token of 256 bits, if there is no file."""
    if not os.path.lexists(path):
        create_private(path, secrets.token_urlsafe(32).encode() + b"\n")


def load_tokens(push_file: Path, read_file: Path, act_file: Path | None) -> Tokens:
    """The files, checked. Raises StartError."""
    paths = {"push": push_file, "read": read_file} | ({"act": act_file} if act_file is not None else {})
    tokens = {role: read_token_file(path) for role, path in paths.items()}
    for one, other in combinations(paths, 2):
        if {token.digest for token in tokens[one]} & {token.digest for token in tokens[other]}:
            raise StartError(
                f"{paths[one]} and {paths[other]} have the same token; use different tokens to {one} and to {other}"
            )
    return Tokens(tokens["push"], tokens["read"], tokens.get("act", ()))


def read_token_file(path: Path) -> tuple[Token, ...]:
    """The tokens of a file, one per line; see Token for what may follow it. Raises StartError."""
    tokens = []
    for line in _lines(path):
        token, _, nodes = line.partition(" ")
        check_token(token, path)
        tokens.append(Token(hashlib.sha256(token.encode()).digest(), nodes.strip() or "*"))
    if not tokens:
        raise StartError(f"{path} contains no token; put one in (openssl rand -hex 32), or delete the file")
    if len(tokens) > TOKENS_PER_ROLE:
        raise StartError(f"{path} has {len(tokens)} tokens; at most {TOKENS_PER_ROLE} are allowed")
    return tuple(tokens)


def read_own_token(path: Path) -> str:
    """The first token of a file, to be sent to another hub. Raises StartError."""
    for line in _lines(path):
        token = line.partition(" ")[0]
        check_token(token, path)
        return token
    raise StartError(f"{path} contains no token; copy the hub's push token into it")


def check_token(token: str, path: Path) -> None:
    """Raises StartError for a token that is easy to guess or cannot be sent in a header."""
    if not token.isascii() or not token.isprintable():
        raise StartError(f"{path}: a token contains characters that are not printable ASCII")
    if not SHORTEST <= len(token) <= _LONGEST:
        raise StartError(f"{path}: a token is shorter than {SHORTEST} or longer than {_LONGEST} characters")
    if len(set(token)) < 8:
        raise StartError(f"{path}: a token is too easy to guess; make one with: openssl rand -hex 32")


def _lines(path: Path) -> list[str]:
    text = read_private(path, "token file").decode("utf-8", "replace")
    stripped = (line.strip(" \t\r") for line in text.split("\n"))
    return [line for line in stripped if line and not line.startswith("#")]
