"""The commands for the hub on this machine: forget, invite, nodes, revoke. They work through files in its data
directory, which only its user and root can write."""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from nodetop.base import units
from nodetop.base.hub_address import BadAddress, HubAddress, parse_hub_url
from nodetop.base.join_code import JoinCode
from nodetop.base.text import clean
from nodetop.commands.base.output import print_error
from nodetop.model.hub_api import ADDRESS_FILE
from nodetop.server.base.folder import HUB_FOLDER, is_in_use
from nodetop.server.base.published_address import published
from nodetop.server.base.startup import StartError
from nodetop.server.fleet.requests import FORGET, REVOKE, name_of, request, wait_for_answer
from nodetop.server.joining.codes import new_code
from nodetop.server.joining.invites import LONGEST_SECONDS, Invites, Role
from nodetop.server.joining.members import Member, Members
from nodetop.server.settings import ServerSettings


def forget(settings: ServerSettings, node: str) -> str:
    """Makes the hub on this machine forget a node. Returns the result as a line for users. Raises StartError."""
    folder = _hub_folder(settings)
    path = request(folder, FORGET, node)
    if not is_in_use(folder):
        return f"The hub is not running; it will forget {node} when it starts, if it has a node of that name"
    if _answered(folder, path, f"forget {node}") == "unknown":
        raise StartError(
            f"The hub has no node {name_of(node)!r}; a node of a relaying hub is CLUSTER/NODE, as nodetop --cluster "
            "shows it"
        )
    return f"Forgot {node}"


def revoke(settings: ServerSettings, name: str) -> str:
    """Makes the token of a node or reader invalid. Returns the result for users. Raises StartError."""
    folder = _hub_folder(settings)
    members = [each for each in Members.load(folder).all() if each.name == name_of(name)]
    unknown = StartError(f"{clean(name)!r} has not joined with a code; nodetop-server nodes lists those that have")
    if not members:
        raise unknown
    path = request(folder, REVOKE, name)
    hint = _still_open(folder, members)
    if not is_in_use(folder):
        return f"The hub is not running; it will revoke the token of {name} when it starts{hint}"
    if _answered(folder, path, f"revoke the token of {name}") == "unknown":
        raise unknown
    return f"Revoked the token of {name}{hint}"


def _answered(folder: Path, path: Path, what: str) -> str:
    answer = wait_for_answer(path)
    if answer == "none":
        raise StartError(f"The hub in {folder} does not answer; it will {what} as soon as it does")
    return answer


def _still_open(folder: Path, members: Sequence[Member]) -> str:
    """A line about the codes with which they joined, if they can be used again."""
    joined_with = {each.invite for each in members}
    ids = [each.id for each in Invites(folder).open(time.time()) if each.digest in joined_with]
    cancel = "; ".join(f"nodetop-server invite --cancel {id}" for id in ids)
    return f"\nIt can join again with the code it had, which is still open; to prevent that: {cancel}" if ids else ""


def invite(settings: ServerSettings, role: Role, *, uses: int, seconds: float, url: str | None) -> str:
    """Makes a join code. Returns the command for the other host. Raises StartError."""
    if not 0 < seconds <= LONGEST_SECONDS:
        raise StartError("--valid must be at most 30 days; write it like 30m, 1h or 2d")
    folder = _hub_folder(settings)
    address = _address(folder, url)
    code = new_code(folder, role, uses=uses, expires_at=time.time() + seconds)
    return join_command(role, address.url, code, insecure=not (address.secure or address.loopback))


def _address(folder: Path, given: str | None) -> HubAddress:
    """Where other hosts reach the hub. Raises StartError."""
    url = given or next(iter(published(folder, ADDRESS_FILE).split()), "")
    try:
        address = parse_hub_url(url, insecure_http=True)
    except BadAddress as error:
        raise StartError(f"Give the hub's URL, as other hosts reach it, with --url: {error}") from None
    if address.loopback and given is None:
        print_error(
            "this is for users of this machine: others cannot reach the hub; start it with --listen 0.0.0.0:PORT",
            "nodetop-server",
        )
    return address


def join_command(role: Role, url: str, code: JoinCode, *, insecure: bool) -> str:
    """What to run on the other host."""
    program = "nodetop --cluster" if role == "read" else "nodetop-server --join"
    return f"{program} {url}{' --insecure-http' if insecure else ''} --code {code.text}"


def cancel(settings: ServerSettings, id: str) -> str:
    """Cancels the codes that begin like this, or all. Returns the result as a line for users. Raises StartError."""
    count = Invites(_hub_folder(settings)).cancel(id)
    if not count and id != "all":
        raise StartError(f"There is no code {clean(id)!r}; nodetop-server nodes lists the open ones")
    return f"Cancelled {count} code{'' if count == 1 else 's'}"


def nodes(settings: ServerSettings) -> str:
    """A table of those that have joined, and of the codes that are open. Raises StartError."""
    folder, now = _hub_folder(settings), time.time()
    members = [_member_row(each, now) for each in Members.load(folder).all()]
    codes = [
        (each.id + "-…", each.role, f"{each.uses_left} left", units.duration(each.expires_at - now))
        for each in Invites(folder).open(now)
    ]
    parts = []
    if members:
        parts.append(_table(("NAME", "MAY", "JOINED", "FROM"), members))
    if codes:
        parts.append(_table(("CODE", "FOR", "USES", "VALID FOR"), codes))
    return "\n\n".join(parts) or "Nobody has joined with a code; make one with: nodetop-server invite"


def _member_row(member: Member, now: float) -> tuple[str, ...]:
    joined = datetime.fromtimestamp(min(member.joined_at, now)).strftime("%Y-%m-%d %H:%M")
    return clean(member.name), member.role, joined, clean(member.address)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (heads, *rows))
    return "\n".join(line.rstrip() for line in lines)


def _hub_folder(settings: ServerSettings) -> Path:
    folder = settings.data_dir / HUB_FOLDER
    if not folder.is_dir():
        raise StartError(f"There is no hub in {folder.parent}; give the right --data-dir")
    return folder
