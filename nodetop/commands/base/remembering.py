"""`nodetop --cluster URL --code CODE`: trades the code for a token, and remembers hub, pin and token under a name."""

import asyncio
import getpass
import re
import socket
from pathlib import Path

import click
from msgspec.structs import replace

from nodetop.base import files
from nodetop.base.hub_address import BadAddress, HubAddress, parse_hub_url
from nodetop.base.join_code import BadCode, parse_code
from nodetop.base.text import clean
from nodetop.commands.base.output import print_error
from nodetop.model.hub_api import JoinRequest, valid_name
from nodetop.settings.memory import SettingsMemory
from nodetop.settings.options import Settings
from nodetop.sources.hub.join import Joined, new_instance, trade
from nodetop.sources.source import SourceError

_NOT_OF_A_NAME = re.compile(r"[^a-z0-9.-]+")

_TOKEN_FOLDER = "clusters"
"""Beside the settings file."""
_UNNAMED = "default"
"""The cluster id of a hub that was not given one."""


def join_cluster(settings: Settings, text: str, name: str | None) -> Settings:
    """Joins the hub of --cluster as a reader. Returns the settings that read it. Raises click.UsageError, OSError."""
    path = settings.settings_file
    if settings.cluster is None or path is None:
        raise click.UsageError("--code needs --cluster URL, as nodetop-server invite --read prints it on the hub")
    if name is not None and (not valid_name(name) or name in settings.clusters):
        known = ", ".join(map(clean, settings.clusters)) or "none"
        raise click.UsageError(f"--remember needs a new name of a-z, 0-9, dots and dashes; remembered already: {known}")
    try:
        address = parse_hub_url(settings.cluster, insecure_http=settings.insecure_http)
        request = JoinRequest(name=reader_name(), instance=new_instance(), role="read")
        joined = asyncio.run(trade(address, parse_code(text), request, settings.ca_file, settings.pin))
    except (BadAddress, BadCode) as error:
        raise click.UsageError(str(error)) from None
    except SourceError as error:
        raise click.ClickException(str(error)) from None
    if joined.role != "read":
        raise click.UsageError("This code is for a node; make one for people with: nodetop-server invite --read")
    name = name or _free_name(settings, joined, address)
    token_file = _write_token(path.parent / _TOKEN_FOLDER, name, joined)
    try:
        SettingsMemory(path).save({"clusters": {name: _table(settings, address, joined, token_file)}})
    except ValueError as error:
        raise click.UsageError(f"{path}: {error}") from None
    print_error(f"remembered as {name}; from now on: nodetop --cluster {name}")
    return replace(settings, cluster=address.url, pin=settings.pin or joined.pin, token_file=token_file)


def _table(settings: Settings, address: HubAddress, joined: Joined, token_file: Path) -> dict[str, str | bool]:
    table: dict[str, str | bool | None] = {
        "url": address.url,
        "pin": settings.pin or joined.pin,
        "ca_file": str(settings.ca_file) if settings.ca_file else None,
        "token_file": str(token_file),
        "insecure_http": settings.insecure_http or None,
    }
    return {key: value for key, value in table.items() if value is not None}


def _write_token(folder: Path, name: str, joined: Joined) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}.token"
    files.write_atomically(path, [f"{joined.token}\n".encode()], links="replace")
    return path


def _free_name(settings: Settings, joined: Joined, address: HubAddress) -> str:
    """The name under which this hub is remembered already, perhaps at an address that it had before; else its cluster
    id, or its host if it has none, with a number if that is taken."""
    for name, remembered in settings.clusters.items():
        if address.is_same(remembered.url) or (joined.pin is not None and joined.pin == remembered.pin):
            return name
    host = address.host.partition(".")[0] if address.host.replace(".", "").isalpha() else address.host
    wanted = joined.cluster if joined.cluster != _UNNAMED else _as_name(host)
    return next(
        each
        for each in (wanted, *(f"{wanted}-{number}" for number in range(2, len(settings.clusters) + 3)))
        if each not in settings.clusters
    )


def reader_name() -> str:
    """This user at this host, as the hub lists readers."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # the user database has no entry
        user = "user"
    return _as_name(f"{user}.{socket.gethostname()}")


def _as_name(text: str) -> str:
    name = _NOT_OF_A_NAME.sub("-", text.lower()).strip("-.")[:60].strip("-.")
    return name if valid_name(name) else "hub"
