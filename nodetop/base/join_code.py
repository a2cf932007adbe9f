"""Join codes: what one host is told by another, to trust its hub and to be trusted by it.

A code is written as 12 groups of 4 letters (base32, RFC 4648). It has 30 bytes:

    13  a secret, which the hub trades for a token
    16  the first bytes of the SHA-256 of the public key in the hub's certificate; zeros: the hub has none
     1  the first byte of the SHA-256 of the bytes before, so that a mistyped code is noticed
"""

import base64
import binascii
import hashlib
import secrets
import unicodedata
from dataclasses import dataclass

_SECRET, _PIN, _ALL = 13, 16, 30
_GROUP = 4
_LOOK_ALIKE = str.maketrans("018", "OIB")
"""Digits that base32 does not have."""


class BadCode(ValueError):
    """The text is not a join code. The message is one line that says why and what to do."""


@dataclass(frozen=True)
class JoinCode:
    """A code. Its text is a secret until it has expired or has been used up."""

    secret: bytes
    pin: bytes
    """The beginning of a digest of parse_pins; empty without a certificate."""

    @classmethod
    def new(cls, pin: bytes) -> "JoinCode":
        """A new code for the hub with this pin (a whole digest; empty without a certificate)."""
        return cls(secrets.token_bytes(_SECRET), pin[:_PIN])

    @property
    def text(self) -> str:
        content = self.secret + self.pin.ljust(_PIN, b"\0")
        letters = base64.b32encode(content + _check(content)).decode()
        return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))

    @property
    def id(self) -> str:
        """Its first group, by which it is listed and cancelled. The rest of the secret still has 84 bits."""
        return self.text[:_GROUP]

    @property
    def bearer(self) -> str:
        """The secret, as it is sent to the hub."""
        return self.secret.hex()


def parse_code(text: str) -> JoinCode:
    """The code in a text; case, blanks and dashes of any kind do not matter, nor 0, 1 and 8 for the letters that look
    like them. Raises BadCode."""
    letters = "".join(each for each in text if not (each.isspace() or unicodedata.category(each) == "Pd"))
    letters = letters.upper().translate(_LOOK_ALIKE)
    try:
        content = base64.b32decode(letters.encode("ascii"))
    except (binascii.Error, UnicodeError):
        content = b""
    if len(content) != _ALL or _check(content[:-1]) != content[-1:]:
        raise BadCode("This is not a complete join code, or it is mistyped; copy all 12 groups that the hub printed")
    pin = content[_SECRET:-1]
    return JoinCode(content[:_SECRET], pin if any(pin) else b"")


def _check(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:1]
