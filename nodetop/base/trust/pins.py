"""Pins: trust in a server's certificate by its SHA-256, or by that of its public key, which a renewal keeps.

The pin of a key is the SHA-256 of the certificate's SubjectPublicKeyInfo (RFC 7469, 2.4).
"""

import contextlib
import hashlib
import hmac
import ssl

from nodetop.base.trust.der import certificate_fields


class BadPin(ValueError):
    """A pin that cannot be used. The message is one line that says why and what to write."""


class WrongPin(ssl.SSLCertVerificationError):
    """The server's certificate does not match any pin."""


def parse_pins(text: str) -> tuple[bytes, ...]:
    """The digests of one or more pins separated by commas, each written as sha256:HEX. Colons between digits and
    capital letters, as openssl prints them, are accepted. Raises BadPin."""
    return tuple(_digest(each) for each in text.split(","))


def _digest(pin: str) -> bytes:
    kind, _, digits = pin.strip().partition(":")
    try:
        digest = bytes.fromhex(digits.replace(":", ""))
    except ValueError:
        digest = b""
    if kind.lower() != "sha256" or len(digest) != 32:
        raise BadPin("A pin must be sha256: and 64 hex digits, as the hub prints it when it starts")
    return digest


def key_pin(certificate: bytes) -> str:
    """The pin of a certificate's public key. The certificate is DER. Raises ValueError."""
    return f"sha256:{hashlib.sha256(public_key_info(certificate)).hexdigest()}"


def certificate_pin(certificate: bytes) -> str:
    """The pin of one certificate (DER)."""
    return f"sha256:{hashlib.sha256(certificate).hexdigest()}"


def pinned(*required: tuple[bytes, ...]) -> type[ssl.SSLObject]:
    """The class of a TLS connection to a server that has one of the digests of each of these. Of a digest a join code
    has the first 16 bytes. An attacker would need 2^128 keys to find one that begins like it."""

    class PinnedSSLObject(ssl.SSLObject):
        """Aborts the handshake, before anything is sent, if the certificate does not match."""

        def do_handshake(self) -> None:
            super().do_handshake()
            shown = self.getpeercert(binary_form=True) or b""
            if not all(_matches(shown, digests) for digests in required):
                raise WrongPin(1, f"certificate is {certificate_pin(shown)}")

    return PinnedSSLObject


def _matches(certificate: bytes, digests: tuple[bytes, ...]) -> bool:
    shown = [hashlib.sha256(certificate).digest()]
    with contextlib.suppress(ValueError):  # it is not a certificate; its own digest may still be pinned
        shown.append(hashlib.sha256(public_key_info(certificate)).digest())
    return any(hmac.compare_digest(one[: len(other)], other) for one in shown for other in digests if other)


def public_key_info(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo (DER) of a certificate (DER). RFC 5280, 4.1. Raises ValueError."""
    return certificate_fields(certificate)[5]
