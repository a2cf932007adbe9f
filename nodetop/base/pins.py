"""Pins: trust in a server's certificate by its SHA-256, or by that of its public key, which a renewal keeps.

The pin of a key is the SHA-256 of the certificate's SubjectPublicKeyInfo (RFC 7469, 2.4).
"""

import contextlib
import hashlib
import hmac
import ssl


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


def pinned(digests: tuple[bytes, ...]) -> type[ssl.SSLObject]:
    """The class of a TLS connection to a server with one of these digests, of which a join code has the first 16 bytes.
    An attacker would need 2^128 keys to find one that begins like it."""

    class PinnedSSLObject(ssl.SSLObject):
        """Aborts the handshake, before anything is sent, if the certificate does not match."""

        def do_handshake(self) -> None:
            super().do_handshake()
            shown = self.getpeercert(binary_form=True) or b""
            if not _matches(shown, digests):
                raise WrongPin(1, f"certificate is {certificate_pin(shown)}")

    return PinnedSSLObject


def _matches(certificate: bytes, digests: tuple[bytes, ...]) -> bool:
    shown = [hashlib.sha256(certificate).digest()]
    with contextlib.suppress(ValueError):  # it is not a certificate; its own digest may still be pinned
        shown.append(hashlib.sha256(public_key_info(certificate)).digest())
    return any(hmac.compare_digest(one[: len(other)], other) for one in shown for other in digests if other)


def public_key_info(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo (DER) of a certificate (DER). RFC 5280, 4.1. Raises ValueError."""
    fields = _items(_content(_content(certificate)))
    if fields and fields[0][:1] == b"\xa0":  # [0]: the version, which version 1 leaves out
        del fields[0]
    if len(fields) < 6:
        raise ValueError("not a certificate")
    return fields[5]  # after serial number, signature algorithm, issuer, validity, subject


def _items(content: bytes) -> list[bytes]:
    """The elements in the content of a DER sequence."""
    items = []
    while content:
        _, end = _bounds(content)
        items.append(content[:end])
        content = content[end:]
    return items


def _content(element: bytes) -> bytes:
    """The content of the first element."""
    start, end = _bounds(element)
    return element[start:end]


def _bounds(element: bytes) -> tuple[int, int]:
    """Where the content of the first element starts and ends. X.690, 8.1.3. Raises ValueError."""
    if len(element) < 2:
        raise ValueError("not DER: it ends too early")
    size, start = element[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(element[2:start])
    if start + size > len(element):
        raise ValueError("not DER: it ends too early")
    return start, start + size
