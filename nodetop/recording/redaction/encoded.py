"""Secrets in base64: user:password as in Basic authentication, and tokens that begin with the number of an account."""

import binascii
import re

_LONGEST = 128
"""Characters that are decoded."""
_TEXT = re.compile(r"[A-Za-z0-9+/_-]{11,}+={0,2}")
_LOGIN = re.compile(rb"[A-Za-z0-9_.@+\\-]{1,64}:[ -~]{3,}")
_ACCOUNT = re.compile(rb"[0-9]{8,20}")


def is_encoded_login(text: str) -> bool:
    """Whether text is base64 of user:password."""
    return _LOGIN.fullmatch(_decoded(text)) is not None


def begins_with_account(text: str) -> bool:
    """Whether text consists of parts with dots between, the first of them base64 of a long number, as the tokens of
    Discord's bots do."""
    first, dot, rest = text.partition(".")
    return bool(dot) and len(rest) > 6 and _ACCOUNT.fullmatch(_decoded(first)) is not None


def _decoded(text: str) -> bytes:
    """Empty if it is not base64."""
    text = text[:_LONGEST]
    if _TEXT.fullmatch(text) is None:
        return b""
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        return b""
