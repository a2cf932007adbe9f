"""A token for a hub: from a given file, or from where a hub of the same user keeps it."""

import os
import stat
from pathlib import Path

from nodetop.base.hub_address import HubAddress
from nodetop.base.text import clean
from nodetop.model.hub_api import ADDRESS_FILE, PIN_FILE, READ_TOKEN_FILE
from nodetop.sources.source import SourceError

_LARGEST = 64 * 1024


class TokenFile:
    """Reads the token again at each call, so that a changed file takes effect at once."""

    def __init__(
        self, address: HubAddress, *, given: Path | None, hub_folder: Path, name: str = READ_TOKEN_FILE
    ) -> None:
        """`hub_folder` is the data directory of a hub that this user may run, with a token file of this `name`. It is
        used if no file is `given`, and its token is sent only to the addresses of that hub: by TLS, or on this machine
        to a program of this user or root."""
        self._address = address
        self._given = given
        self._path = hub_folder / name
        self._hub_folder = hub_folder

    @property
    def needs_own_peer(self) -> bool:
        """Whether the owner of the process that answers must be checked before the token is sent."""
        return self._given is None and self._address.loopback and not self._address.secure

    def __call__(self) -> str | None:
        """The token; None if there is none. Raises SourceError if a given file cannot be used."""
        if self._given is not None:
            return read_token(self._given)
        if not (self._address.secure or self._address.loopback):
            return None
        try:
            own = _private(self._hub_folder / ADDRESS_FILE)
            return read_token(self._path) if self._is_among(own.split()) else None
        except (OSError, SourceError):
            return None

    def _is_among(self, urls: list[str]) -> bool:
        return any(self._address.is_same(url) for url in urls)


def own_pin(address: HubAddress, hub_folder: Path) -> str | None:
    """The pin of the hub that uses this folder, if it is of this user and was last started at this address."""
    try:
        urls = _private(hub_folder / ADDRESS_FILE).split()
        return (_private(hub_folder / PIN_FILE).strip() or None) if any(map(address.is_same, urls)) else None
    except (OSError, SourceError):
        return None


def read_token(path: Path) -> str:
    """The first token in a file; lines that start with # are comments. Raises SourceError."""
    shown = clean(str(path))
    try:
        text = _private(path)
    except OSError as error:
        raise SourceError(f"cannot read the token file {shown}: {error.strerror}") from None
    for line in text.splitlines():
        token = line.strip().partition(" ")[0]
        if token and not token.startswith("#"):
            if not token.isascii() or not token.isprintable():
                raise SourceError(f"the token file {shown} contains characters that are not allowed in a token")
            return token
    raise SourceError(f"there is no token in {shown}; copy the hub's token into it")


def _private(path: Path) -> str:
    """A file's text. Raises OSError; and SourceError if other users can read or write it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        _check(os.fstat(descriptor), path)
        return os.read(descriptor, _LARGEST).decode("utf-8", "replace")
    finally:
        os.close(descriptor)


def _check(status: os.stat_result, path: Path) -> None:
    shown = clean(str(path))
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(f"{shown} is not a file")
    if status.st_uid not in (0, os.geteuid()):
        raise SourceError(f"the token file {shown} belongs to another user")
    # The group may read a file that root owns: service managers pass secrets to services this way.
    others = 0o077 if status.st_uid == os.geteuid() else 0o027
    if status.st_mode & others and path.name != ADDRESS_FILE:
        raise SourceError(f"others can read the token file {shown}; run: chmod 600 {shown}")
