"""A context for TLS to a server whose certificate is verified by the system's CAs, or by those of a file."""

import ssl
from pathlib import Path

from nodetop.base import files


def ca_context(ca_file: Path | None) -> ssl.SSLContext:
    """Raises OSError, and ssl.SSLError if there is no certificate in the file. OpenSSL does not read the file itself:
    it would wait for a pipe, and read a device for ever."""
    if ca_file is None:
        return ssl.create_default_context()
    text = files.read_given(ca_file).decode("ascii", "ignore")  # between certificates there may be any text
    return ssl.create_default_context(cadata=text or "empty")
