"""What a hub prints when it has started: its URL, and the commands for other hosts and users. Never a token."""

import shlex
import time
from pathlib import Path

from nodetop.base.join_code import JoinCode
from nodetop.base.version import __version__
from nodetop.server.base.startup import StartError
from nodetop.server.hub import Hub
from nodetop.server.hub_commands import join_command, new_code
from nodetop.server.settings import ServerSettings
from nodetop.settings.home import data_folder

FIRST_USES, FIRST_SECONDS = 16, 3600.0
"""Of the code that a new hub prints."""


def welcome(hub: Hub, settings: ServerSettings, folder: Path, site: str | None) -> str:
    """The lines; `site` is the URL of --web. A new hub, which nobody has joined yet, makes a join code for them; later
    ones come from `nodetop-server invite`, so that they are not in the log of each start."""
    url = hub.urls[0]
    own = "" if settings.data_dir == data_folder() else f" --data-dir {settings.data_dir}"
    # nodetop finds the token by itself only in the usual data directory.
    token = "" if settings.data_dir == data_folder() else f" --token-file {shlex.quote(str(hub.tokens.files.read))}"
    trust = f" --pin {hub.tls.pin}" if hub.tls else ""
    lines = [
        f"nodetop-server {__version__}: the hub of cluster {settings.cluster} on {url}",
        f"  view:     nodetop --cluster {url}{token}{trust}",
        f"  tokens:   {hub.tokens.files.read} to read, {hub.tokens.files.push} to push",
    ]
    if settings.listen is not None:
        code = None if hub.tokens.joining.members.all() else _first_code(folder)
        if code is None:
            lines.append(f"  add host: nodetop-server{own} invite prints the command for it")
        else:
            insecure = settings.insecure_http and hub.tls is None
            command = join_command("push", url, code, insecure=insecure)
            lines.append(f"  add host: {command}")
            lines.append(f"            valid for one hour and {FIRST_USES} hosts; then: nodetop-server{own} invite")
        lines.append(f"  add user: nodetop-server{own} invite --read prints the command for them")
    if site is not None:
        lines.append(f"  browser:  {site}, with a read token")
    return "\n".join(lines)


def _first_code(folder: Path) -> JoinCode | None:
    """None if it cannot be written: a hub on a full disk still shows what it has."""
    try:
        return new_code(folder, "push", uses=FIRST_USES, expires_at=time.time() + FIRST_SECONDS)
    except StartError:
        return None
