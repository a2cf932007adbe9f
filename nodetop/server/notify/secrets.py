"""The secrets of a receiver, from private files. They are read for each message, so that a changed file counts."""

import ssl
from collections.abc import Callable
from pathlib import Path

from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.base.trust.ca_file import ca_context
from nodetop.server.base.private_files import read_private
from nodetop.server.base.startup import StartError
from nodetop.server.notify.config import Receiver, check_url
from nodetop.server.notify.errors import DeliveryError

_LONGEST = 4096


def check_secrets(receiver: Receiver) -> None:
    """Raises StartError if a file cannot be used: it is missing or empty, or it is a secret that others can read."""
    if receiver.url_file is not None and receiver.kind != "apprise":
        _url(receiver)
    for path in (receiver.token_file, receiver.password_file, *receiver.header_files.values()):
        if path is not None:
            _secret(path)
    check_ca_file(receiver)
    if receiver.kind == "apprise" and receiver.url_file is not None:
        _text(receiver.url_file)


def check_ca_file(receiver: Receiver) -> None:
    """Raises StartError if there are no certificates in it."""
    if receiver.ca_file is None:
        return
    try:
        ca_context(receiver.ca_file)
    except ssl.SSLError:
        raise StartError(f"{receiver.ca_file} has no certificates in PEM format") from None
    except OSError as error:
        raise StartError(f"cannot read {receiver.ca_file}: {error.strerror}") from None


async def url_of(receiver: Receiver) -> str:
    """Its URL. Raises DeliveryError."""
    return receiver.url or await _read(lambda: _url(receiver))


async def secret_of(path: Path) -> str:
    """The first line of a file. Raises DeliveryError."""
    return await _read(lambda: _secret(path))


async def text_of(path: Path) -> str:
    """A file's whole text. Raises DeliveryError."""
    return await _read(lambda: _text(path))


async def _read(read: Callable[[], str]) -> str:
    try:
        return await in_daemon_thread(read)
    except StartError as error:
        raise DeliveryError(str(error)) from None


def _url(receiver: Receiver) -> str:
    assert receiver.url_file is not None
    url = _secret(receiver.url_file)
    try:
        check_url(url)
    except ValueError as error:
        raise StartError(f"{receiver.url_file}: the URL {error}") from None
    return url


def _secret(path: Path) -> str:
    lines = _text(path).strip().splitlines()
    found = lines[0].strip() if lines else ""
    if not found.isprintable() or not 0 < len(found) <= _LONGEST:
        raise StartError(f"{path} must contain the secret, in one line")
    if not found.isascii():  # what HTTP headers and the log-in of SMTP can have
        raise StartError(f"{path} must contain the secret in ASCII: it has other characters")
    return found


def _text(path: Path) -> str:
    text = read_private(path, "file with a secret").decode("utf-8", "replace")
    if not text.strip():
        raise StartError(f"{path} is empty; put the secret into it")
    return text
