"""What a node keeps after joining: the hub, its pin, and the token of its own. One hub at a time."""

import asyncio
import hashlib
import logging
from pathlib import Path

import msgspec

from nodetop.base import files
from nodetop.base.hub_address import BadAddress, HubAddress
from nodetop.base.join_code import BadCode, JoinCode, parse_code
from nodetop.history.disk_errors import plain
from nodetop.model.hub_api import JoinRequest
from nodetop.server.base.private_files import read_private
from nodetop.server.base.startup import StartError
from nodetop.sources.hub.join import NotReached, trade
from nodetop.sources.source import SourceError

logger = logging.getLogger(__name__)

MEMBERSHIP_FILE, TOKEN_FILE = "joined.json", "joined.token"


class CannotJoinYet(StartError):
    """The hub does not answer: starting again later may help, so a service manager should."""

    exit_code = 1


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """A hub that this node has joined. The token is in a file beside it."""

    url: str
    pin: str | None
    code: str
    """A digest of the code: with another code the node joins again."""

    @classmethod
    def load(cls, folder: Path, address: HubAddress) -> "Membership | None":
        """The membership of this hub; None if there is none. Raises StartError."""
        path = folder / MEMBERSHIP_FILE
        if not path.exists() or not (folder / TOKEN_FILE).exists():
            return None
        try:
            found = msgspec.json.decode(read_private(path, "membership"), type=cls)
        except msgspec.MsgspecError:
            raise StartError(f"Cannot use {path}; remove it, and join again with a new code") from None
        return found if address.is_same(found.url) else None

    def is_of(self, code: JoinCode) -> bool:
        """Whether the hub that made this code has the key that this node trusts, or is verified by its CA."""
        return self.pin is None or self.pin.startswith(f"sha256:{code.pin.hex()}")


def join(
    folder: Path, address: HubAddress, text: str, request: JoinRequest, ca_file: Path | None, pin: str | None
) -> Membership:
    """Trades a code and keeps the result. With the code of the kept membership it does nothing. While that hub does not
    answer, the kept membership stays in use, so that the node samples. Raises StartError."""
    kept = Membership.load(folder, address)
    try:
        code = parse_code(text)
        digest = hashlib.sha256(code.text.encode()).hexdigest()
        if kept is not None and kept.code == digest:
            return kept
        joined = asyncio.run(trade(address, code, request, ca_file, pin))
    except (BadCode, BadAddress) as error:
        raise StartError(str(error)) from None
    except NotReached as error:
        if kept is not None and kept.is_of(code):
            logger.warning("not_joined_again", {"reason": f"{error}; the token of the last time stays in use"})
            return kept
        raise CannotJoinYet(str(error)) from None
    except SourceError as error:
        raise StartError(str(error)) from None
    if joined.role != "push":
        raise StartError("This code is for people, to read; make one for a node: nodetop-server invite")
    made = Membership(url=address.url, pin=joined.pin, code=digest)
    try:
        files.write_atomically(folder / TOKEN_FILE, [f"{joined.token}\n".encode()], links="replace")
        files.write_atomically(folder / MEMBERSHIP_FILE, [msgspec.json.encode(made)], links="replace")
    except OSError as error:
        raise StartError(f"Cannot write {plain(error, folder / TOKEN_FILE)}") from None
    return made
