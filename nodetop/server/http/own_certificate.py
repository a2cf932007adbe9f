"""A hub's own certificate, made if none is given. Its key is kept when it is renewed, so that pins stay valid."""

import socket
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from nodetop.base import files
from nodetop.history.disk_errors import plain
from nodetop.server.base.private_files import create_private, read_private
from nodetop.server.base.startup import StartError

CERTIFICATE_FILE, KEY_FILE = "tls.pem", "tls.key"
VALID = timedelta(days=365)
RENEWED_BEFORE = timedelta(days=90)
_BACKDATED = timedelta(days=1)
"""A client's clock may be late."""


def ensure_certificate(folder: Path, *, now: datetime | None = None) -> bool:
    """Makes the certificate and its key (mode 0600) in the folder, or renews a certificate that ends within 90 days, is
    not valid yet, as after the clock was wrong, or is of another key. Returns whether it did. Raises StartError."""
    now = now or datetime.now(UTC)
    certificate = folder / CERTIFICATE_FILE
    key = _loaded(_key(folder / KEY_FILE))
    if _is_good(certificate, key, now):
        return False
    try:
        files.write_atomically(certificate, [_certificate(key, now)], links="replace")
    except OSError as error:
        raise StartError(f"Cannot write {plain(error, certificate)}") from None
    return True


def _is_good(certificate: Path, key: Any, now: datetime) -> bool:
    from cryptography import x509  # late: 40 ms, and only a hub with its own certificate needs it

    try:
        found = x509.load_pem_x509_certificate(files.read(certificate))
        is_of_key = found.public_key() == key.public_key()
    except (OSError, ValueError):
        return False
    return is_of_key and found.not_valid_before_utc <= now < found.not_valid_after_utc - RENEWED_BEFORE


def _key(path: Path) -> bytes:
    """The key of the file as PEM; a new one if there is no file."""
    from cryptography.hazmat.primitives import serialization  # late, as above
    from cryptography.hazmat.primitives.asymmetric import ec

    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        create_private(
            path,
            made.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )
    return read_private(path, "TLS key")


def _loaded(key_pem: bytes) -> Any:
    """The EC key. Raises StartError if it is none."""
    from cryptography.hazmat.primitives import serialization  # late, as above
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        key = serialization.load_pem_private_key(key_pem, None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise StartError(f"{KEY_FILE} in the data directory is not an EC key; remove it, and a new one is made")
    return key


def _certificate(key: Any, now: datetime) -> bytes:
    """A self-signed certificate for this machine, as PEM."""
    from cryptography import x509  # late, as above
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nodetop hub")])
    names = [x509.DNSName(each) for each in _host_names()]
    addresses = [x509.IPAddress(ip_address(each)) for each in ("127.0.0.1", "::1")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([*names, *addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def _host_names() -> list[str]:
    """This machine's names that a certificate can have."""
    found = ("localhost", socket.gethostname(), socket.getfqdn())
    return list(dict.fromkeys(name for name in found if name and name.isascii() and len(name) < 64))
