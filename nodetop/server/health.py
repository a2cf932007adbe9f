"""`nodetop-server health`: whether the server that uses a data directory works. For the health checks of containers."""

import http.client
import ssl
from urllib.parse import urlsplit

from nodetop.base import files
from nodetop.base.hub_address import is_loopback
from nodetop.model.hub_api import ADDRESS_FILE
from nodetop.server.api.routes import HEALTH_PATH
from nodetop.server.base.folder import HUB_FOLDER, NODE_FOLDER, is_in_use
from nodetop.server.base.startup import StartError
from nodetop.server.settings import ServerSettings

_SECONDS = 5.0


class Unhealthy(StartError):
    """The server does not run, or does not answer."""

    exit_code = 1


def check(settings: ServerSettings) -> str:
    """One line for users. Raises StartError."""
    running = [
        role for role in (HUB_FOLDER, NODE_FOLDER) if (at := settings.data_dir / role).is_dir() and is_in_use(at)
    ]
    if not running:
        raise Unhealthy(f"No server uses {settings.data_dir}")
    if HUB_FOLDER in running:
        try:
            urls = files.read(settings.data_dir / HUB_FOLDER / ADDRESS_FILE).decode("ascii", "replace").split()
            _ask(next((url for url in urls if is_loopback(urlsplit(url).hostname or "")), urls[0]))
        except (OSError, http.client.HTTPException, IndexError) as error:
            raise Unhealthy(f"The hub does not answer: {error}") from None
    return "ok"


def _ask(url: str) -> None:
    """Raises OSError, HTTPException. Nothing secret is sent, so the certificate is not verified."""
    address = urlsplit(url)
    connection: http.client.HTTPConnection
    if address.scheme == "https":
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            address.hostname or "", address.port, timeout=_SECONDS, context=context
        )
    else:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_SECONDS)
    try:
        connection.request("GET", HEALTH_PATH)
        status = connection.getresponse().status
    finally:
        connection.close()
    if status != 200:
        raise OSError(f"{HEALTH_PATH} answers {status}")
