"""Where a hub listens: its sockets, its certificate, its URLs."""

import errno
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nodetop.base import files
from nodetop.base.hub_address import DEFAULT_PORT, is_loopback
from nodetop.base.trust.der import ends_at
from nodetop.base.trust.pins import key_pin
from nodetop.server.base.private_files import read_private
from nodetop.server.base.startup import StartError
from nodetop.server.http.address_limits import Listener

_LOOPBACKS = ("127.0.0.1", "::1")
_EVERYWHERE = ("0.0.0.0", "::")
_BACKLOG = 1024


@dataclass
class Tls:
    """The hub's certificate, and until when it is valid (UTC seconds). reload() reads its files again."""

    context: ssl.SSLContext
    cert: Path
    key: Path
    pin: str
    ends_at: float

    @classmethod
    def load(cls, cert: Path | None, key: Path | None) -> "Tls | None":
        """None without a certificate. Raises StartError."""
        if cert is None and key is None:
            return None
        if cert is None or key is None:
            raise StartError("--tls-cert and --tls-key are needed together: a certificate and its key")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return cls(context, cert, key, *_load_into(context, cert, key))

    def reload(self) -> None:
        """Raises StartError; the old certificate stays in use then."""
        _load_into(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), self.cert, self.key)
        _, self.ends_at = _load_into(self.context, self.cert, self.key)


def _load_into(context: ssl.SSLContext, cert: Path, key: Path) -> tuple[str, float]:
    """The pin of the certificate's key, and when the certificate ends."""
    read_private(key, "TLS key")
    try:
        pem = files.read_given(cert).decode()
        context.load_cert_chain(cert, key, password=lambda: b"")
        first = pem[pem.index("-----BEGIN CERTIFICATE-----") :].partition("-----END CERTIFICATE-----")
        der = ssl.PEM_cert_to_DER_cert(first[0] + first[1])
        return key_pin(der), ends_at(der)
    except ssl.SSLError as error:
        reason = (error.reason or "it is not PEM").lower().replace("_", " ")
        raise StartError(f"Cannot use the certificate {cert} with the key {key}: {reason}") from None
    except (ValueError, UnicodeError):
        raise StartError(f"There is no PEM certificate in {cert}") from None
    except OSError as error:
        raise StartError(f"Cannot read {cert}: {error.strerror}") from None


def parse_listen(listen: str | None, flag: str = "--listen") -> tuple[tuple[str, ...], int]:
    """The hosts and the port of --listen. Raises StartError."""
    if listen is None:
        return _LOOPBACKS, DEFAULT_PORT
    wrong = StartError(f"{flag} {listen!r} is not an address; write it like 0.0.0.0:{DEFAULT_PORT}")
    if listen.startswith("["):
        host, bracket, rest = listen[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise wrong
        port = rest[1:]
    elif listen.count(":") > 1:
        host, port = listen, ""
    else:
        host, _, port = listen.partition(":")
    if not host or (port and not (port.isascii() and port.isdecimal() and int(port) < 65536)):
        raise wrong
    return (host,), int(port) if port else DEFAULT_PORT


def check_exposure(hosts: tuple[str, ...], tls: Tls | None, insecure_http: bool) -> None:
    """Raises StartError if tokens would cross a network unencrypted, unless --insecure-http allows it."""
    if tls is None and not insecure_http and not all(is_loopback(host) for host in hosts):
        raise StartError(
            f"--listen {hosts[0]} without TLS would send tokens unencrypted over the network; install the package "
            "cryptography, so that the hub makes a certificate, or give --tls-cert and --tls-key, or --insecure-http "
            "on a network you trust"
        )


def bind(hosts: tuple[str, ...], port: int) -> list[Listener]:
    """Listening sockets. On a machine without IPv6, ::1 is left out. Raises StartError."""
    sockets: list[Listener] = []
    problem = ""
    for host in hosts:
        try:
            sockets.append(_bound(host, sockets[0].getsockname()[1] if sockets else port))
        except OSError as error:
            if host != _LOOPBACKS[1]:
                problem = problem or f"Cannot listen on {host}:{port}: {error.strerror or error}; {_remedy(error)}"
    if not sockets or problem:
        for each in sockets:
            each.close()
        raise StartError(problem)
    return sockets


def _remedy(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "if another server uses it, give another address with --listen"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "give a port from 1024 on"
    return f"give an address of this machine, like 0.0.0.0:{DEFAULT_PORT}"


def _bound(host: str, port: int) -> Listener:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = Listener(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if host == "::" else 1)
        made.bind(address)
        made.listen(_BACKLOG)
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made


def urls(sockets: Sequence[socket.socket], *, secure: bool) -> list[str]:
    """The URLs of these sockets, the most usable first."""
    scheme = "https" if secure else "http"
    hosts: list[str] = []
    for each in sockets:
        host = each.getsockname()[0]
        hosts += [socket.gethostname(), *_LOOPBACKS] if host in _EVERYWHERE else [host]
    port = sockets[0].getsockname()[1]
    return [f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}" for host in hosts]
