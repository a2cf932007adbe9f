"""What a hub prints when it has started: its URL, and the commands for other hosts and users. Never a token."""

import shlex
import time
from pathlib import Path
from urllib.parse import urlsplit

from nodetop.base.hub_address import is_loopback
from nodetop.base.version import __version__
from nodetop.server.base.startup import StartError
from nodetop.server.hub import Hub
from nodetop.server.hub_commands import join_command
from nodetop.server.joining.codes import new_code
from nodetop.server.settings import ServerSettings
from nodetop.settings.home import data_folder

FIRST_USES, FIRST_SECONDS = 16, 3600.0
"""Of the code that a new hub prints."""


def welcome(hub: Hub, settings: ServerSettings, folder: Path, site: str | None) -> str:
    """The lines; `site` is the URL of --web. A new hub, which nobody has joined yet, makes a join code for them; later
    ones come from `nodetop-server invite`, so that they are not in the log of each start. Raises StartError."""
    url = hub.urls[0]
    # nodetop and nodetop-server find files by themselves only in the usual data directory.
    is_usual = settings.data_dir == data_folder()
    own = "" if is_usual else f" --data-dir {shlex.quote(str(settings.data_dir))}"
    token = "" if is_usual else f" --token-file {shlex.quote(str(hub.tokens.files.read))}"
    trust = f" --pin {hub.tls.pin}" if hub.tls else ""
    lines = [
        f"nodetop-server {__version__}: the hub of cluster {settings.cluster} on {url}",
        f"  view:     nodetop --cluster {url}{token}{trust}",
        f"  tokens:   {hub.tokens.files.read} to read, {hub.tokens.files.push} to push",
    ]
    if settings.listen is not None:
        is_insecure = settings.insecure_http and hub.tls is None
        if is_loopback(urlsplit(url).hostname or ""):
            lines.append("  add host: others cannot reach this address; --listen 0.0.0.0:PORT is for them")
        else:
            lines += _for_hosts(hub, folder, f"nodetop-server{own} invite", is_insecure=is_insecure)
        lines.append(f"  add user: nodetop-server{own} invite --read prints the command for them")
    if site is not None:
        lines.append(f"  browser:  {site}, with a read token")
    return "\n".join(lines)


def _for_hosts(hub: Hub, folder: Path, invite: str, *, is_insecure: bool) -> list[str]:
    if hub.tokens.joining.members.all():
        return [f"  add host: {invite} prints the command for it"]
    try:
        code = new_code(folder, "push", uses=FIRST_USES, expires_at=time.time() + FIRST_SECONDS)
    except StartError as error:  # on a full disk the hub still shows what it has
        return [f"  add host: {invite}; not possible now: {error}"]
    command = join_command("push", hub.urls[0], code, insecure=is_insecure)
    return [f"  add host: {command}", f"            valid for one hour and {FIRST_USES} hosts; then: {invite}"]
