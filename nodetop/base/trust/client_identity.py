"""How a client says who it is to a store of metrics: headers, a token, basic authentication, a client certificate."""

import base64
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path

from nodetop.base import files
from nodetop.base.hub_address import BadAddress, HubAddress
from nodetop.base.text import clean


class BadHeaders(ValueError):
    """The text cannot be used. The message is one line that says how to write it."""


def parse_headers(text: str, flag: str) -> dict[str, str]:
    """`X-Scope-OrgID: team-a; X-Other: b`. Raises BadHeaders, which names the flag."""
    found = {}
    for each in filter(str.strip, text.split(";")):
        name, separator, value = each.partition(":")
        name, value = name.strip(), value.strip()
        is_name = name.isascii() and name.replace("-", "").isalnum()
        if not separator or not is_name or not value.isascii() or not value.isprintable():
            raise BadHeaders(f'{flag} must be like "X-Scope-OrgID: team-a; X-Other: b"')
        found[name] = value
    return found


def authorised(
    given: Mapping[str, str],
    *,
    user: str | None,
    password_file: Path | None,
    token_file: Path | None,
    read: Callable[[Path], str],
    flags: str = "--",
) -> Callable[[], Mapping[str, str]]:
    """A function for the headers of a request: `given`, and credentials. It reads the files anew each time, and raises
    what `read` raises. `flags` is how the flags of these settings begin. Raises BadAddress."""
    if (user is None) != (password_file is None):
        raise BadAddress(f"{flags}user and {flags}password-file need each other")
    if user is not None and token_file is not None:
        raise BadAddress(f"Use either {flags}token-file, or {flags}user and {flags}password-file")

    def headers() -> Mapping[str, str]:
        if user is not None and password_file is not None:
            pair = f"{user}:{read(password_file)}".encode()
            return {**given, "Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        return given if token_file is None else {**given, "Authorization": f"Bearer {read(token_file)}"}

    return headers


def add_certificate(
    context: ssl.SSLContext | None, address: HubAddress, cert: Path | None, key: Path | None, flags: tuple[str, str]
) -> None:
    """Presents a client certificate to the server. `context` is None for plain HTTP; `flags` are those of the two
    files. Raises BadAddress."""
    if (cert is None) != (key is None):
        raise BadAddress(f"{flags[0]} and {flags[1]} need each other; one file may have both")
    if cert is None or key is None:
        return
    if context is None:
        raise BadAddress(f"{flags[0]} needs https://, and {address.shown} is not")
    try:
        for each in (cert, key):
            files.read_given(each)  # OpenSSL would wait for a pipe, and read a device for ever
        context.load_cert_chain(cert, key, password="")  # without one, OpenSSL would ask for it on the terminal
    except OSError as error:
        shown = f"{clean(str(cert))} and {clean(str(key))}"
        raise BadAddress(f"Cannot use the client certificate {shown}: {_reason(error)}") from None


def _reason(error: OSError) -> str:
    if not isinstance(error, ssl.SSLError):
        return error.strerror or "unreadable"
    if error.reason == "KEY_VALUES_MISMATCH":
        return "the key is that of another certificate"
    return "they must be PEM, and the key without a passphrase"
