"""A hub's URL, TLS to it, and readable messages for connection errors.

Used by everything that connects to a hub: a pushing node, a relaying hub, the screen. Standard library only.
"""

import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from nodetop.base.text import clean
from nodetop.base.trust.ca_file import ca_context
from nodetop.base.trust.pins import BadPin, WrongPin, parse_pins, pinned

DEFAULT_PORT = 8082
STORE_SCHEME = "prometheus+"
"""Before the URL of a store of metrics, where a hub's URL can be given too."""


class BadAddress(ValueError):
    """The URL, the CA file or the pin cannot be used. The message is one line that says why and what to write."""


class UntrustedPeer(OSError):
    """The peer is not, or cannot be proved to be, a program of this user or root. The message is one plain line."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(
            f"{reason} on port {port} of this machine, so no token was sent; "
            "if it is the hub, use --token-file with its token"
        )


@dataclass(frozen=True)
class HubAddress:
    """The checked parts of a hub's URL. It contains no secret, query or fragment."""

    url: str
    """Scheme, host, port and path, without a trailing slash."""
    host: str
    port: int
    secure: bool

    @property
    def loopback(self) -> bool:
        """Whether what is sent stays on this machine."""
        return is_loopback(self.host)

    def is_same(self, url: str) -> bool:
        """Whether a URL leads to this hub: same scheme, host and port."""
        try:
            other = parse_hub_url(url, insecure_http=True)
        except BadAddress:
            return False
        hosts = {other.host, self.host}
        one_host = len(hosts) == 1 or hosts == {"localhost", "127.0.0.1"} or hosts == {"localhost", "::1"}
        return one_host and (other.port, other.secure) == (self.port, self.secure)

    @property
    def path_doubt(self) -> str:
        """What else may be wrong if a hub does not know a token or a code: at a wrong path it knows none."""
        path = urlsplit(self.url).path
        return f", or the path {clean(path)} in its URL is wrong: a hub usually has none" if path else ""

    @property
    def shown(self) -> str:
        """host:port, for the header."""
        return clean(f"{self.host}:{self.port}")


def parse_hub_url(url: str, *, insecure_http: bool = False, default_port: int = DEFAULT_PORT) -> HubAddress:
    """Parses a URL such as https://hub:8082. Raises BadAddress.

    A token sent over plain HTTP can be read on the network, so HTTP to another machine is refused unless
    `insecure_http` is set.
    """
    parts = _split(url)
    host, port = _host_and_port(url, parts, default_port)
    if parts.scheme not in ("http", "https") or not host:
        raise BadAddress(f"{clean(url)!r} is not a hub's URL; write it like https://hub.example:{DEFAULT_PORT}")
    if "@" in parts.netloc:
        raise BadAddress("A hub's URL cannot hold a password or token; use --token-file")
    if parts.query or parts.fragment:
        raise BadAddress(f"A hub's URL has no query or fragment: remove the part after ? or # from {clean(url)!r}")
    secure = parts.scheme == "https"
    if not secure and not insecure_http and not is_loopback(host):
        raise BadAddress(
            f"http:// would send the token unencrypted over the network to {clean(host)}; "
            "use https://, or --insecure-http on a network you trust"
        )
    shown_host = f"[{host}]" if ":" in host else host
    return HubAddress(f"{parts.scheme}://{shown_host}:{port}{parts.path.rstrip('/')}", host, port, secure)


def _split(url: str) -> SplitResult:
    # urlsplit silently drops tabs and newlines, and accepts other control characters as part of the host.
    if not url.isascii() or not url.isprintable() or " " in url:
        raise BadAddress(f"{clean(url)!r} is not a hub's URL; write it like https://hub.example:{DEFAULT_PORT}")
    try:
        return urlsplit(url if "://" in url else f"https://{url}")
    except ValueError:
        raise BadAddress(f"{clean(url)!r} is not a URL") from None


def _host_and_port(url: str, parts: SplitResult, default_port: int) -> tuple[str, int]:
    try:
        return parts.hostname or "", parts.port if parts.port is not None else default_port
    except ValueError:
        raise BadAddress(f"The port in {clean(url)!r} is not a number from 1 to 65535") from None


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


_HUB = "nodetop-server"
_REFUSED_CERTIFICATE = (
    "ALERT_UNKNOWN_CA", "ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE_EXPIRED", "ALERT_CERTIFICATE_UNKNOWN",
    "ALERT_CERTIFICATE_REVOKED", "ALERT_UNSUPPORTED_CERTIFICATE",
)  # fmt: skip
"""What a server says of a client certificate that it does not trust. RFC 8446, section 6.2."""


def client_tls(ca_file: Path | None = None, pin: str | None = None, of_code: bytes | None = None) -> ssl.SSLContext:
    """A context for TLS 1.2 or later that trusts the system's CAs, those in `ca_file`, or the certificates and keys in
    `pin` (see parse_pins) or the one whose digest begins like that `of_code`; if there are both, what fits both. With
    pins alone, host name and expiry date are not checked. Raises BadAddress.
    """
    try:
        context = ca_context(ca_file)
    except ssl.SSLError:
        raise BadAddress(f"Cannot use the CA file {clean(str(ca_file))}: it contains no PEM certificate") from None
    except OSError as error:
        raise BadAddress(f"Cannot use the CA file {clean(str(ca_file))}: {error.strerror}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    required: list[tuple[bytes, ...]] = [] if of_code is None else [(of_code,)]
    if pin is not None:
        try:
            required.append(parse_pins(pin))
        except BadPin as error:
            raise BadAddress(str(error)) from None
    if required:
        if ca_file is None:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        context.sslobject_class = pinned(*required)
    return context


def check_trust(address: HubAddress, ca_file: Path | None, pin: str | None) -> None:
    """Refuses trust in a certificate for plain HTTP, which has none. Raises BadAddress."""
    if not address.secure and (pin or ca_file):
        raise BadAddress(f"{'--pin' if pin else '--ca-file'} needs https://, and {address.url} has no certificate")


def explain_connection(error: BaseException, address: HubAddress, program: str = _HUB) -> str:
    """One plain line about a connection that failed or broke, with a hint what to check."""
    chain = list(_chain(error))
    found: Any = next((e for e in chain if isinstance(e, WrongPin)), None)
    if found is not None:
        return (
            f"The certificate of {address.shown} does not match --pin; check the pin, or someone intercepts the traffic"
        )
    found = next((e for e in chain if isinstance(e, UntrustedPeer)), None)
    if found is not None:
        return str(found)
    found = next((e for e in chain if isinstance(e, ssl.SSLCertVerificationError)), None)
    if found is not None:
        reason = clean(found.verify_message or "not trusted").rstrip(".")
        own = ", or a code: run nodetop-server invite on the hub" if program == _HUB else ""
        fix = "renew it on the hub" if "expired" in reason else f"use --ca-file or --pin{own}"
        return f"The certificate of {address.shown} is not accepted: {reason}; {fix}"
    text = " ".join(str(e) for e in chain)
    if any(isinstance(e, ssl.SSLError) for e in chain):
        if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER" in text:
            return f"{address.shown} does not speak TLS; try http:// instead of https://"
        if "ALERT_CERTIFICATE_REQUIRED" in text:
            return f"{address.shown} requires a client certificate"
        if any(alert in text for alert in _REFUSED_CERTIFICATE):
            return f"{address.shown} does not accept the client certificate"
        return f"TLS with {address.shown} failed: {clean(str(error)) or 'connection closed'}"
    if any(isinstance(e, ConnectionRefusedError) for e in chain) or "refused" in text or "All connection" in text:
        return f"Nothing answers at {address.shown}: connection refused; is {program} running there?"
    if "Name or service" in text or "getaddrinfo" in text or "nodename" in text or "name resolution" in text:
        return f"Cannot resolve the host name {clean(address.host)}; check the URL"
    if any(isinstance(e, TimeoutError) for e in chain) or "Timeout" in type(error).__name__:
        return f"{address.shown} does not answer"
    if "unreachable" in text or "No route" in text:
        return f"No route to {address.shown}"
    if not address.secure and "Protocol" in type(error).__name__:
        return f"{address.shown} closed the connection; if it uses TLS, write https://"
    # A server that refuses a client certificate often closes the connection before its reason can be read.
    hint = "; does it demand another client certificate?" if address.secure and program != _HUB else ""
    return f"The connection to {address.shown} broke{hint}"


def is_untrusted(error: BaseException) -> bool:
    """Whether a connection failed because of the peer's certificate. Trying again will not help."""
    return any(isinstance(each, ssl.SSLCertVerificationError) for each in _chain(error))


def _chain(error: BaseException | None) -> Any:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _chain(inner)
        error = error.__cause__ or error.__context__
