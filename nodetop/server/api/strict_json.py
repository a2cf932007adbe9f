"""JSON from outside as Python objects: unambiguous, every text clean, depth, text lengths and numbers within limits."""

import json
import re
from typing import Any

import msgspec

from nodetop.base.text import clean
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def parse(body: bytes) -> Any:
    """Raises Refusal (400) for anything that is not JSON, half a surrogate pair, a number that is not finite, a
    duplicate key, or a value over a limit."""
    try:
        tree = msgspec.json.decode(body)
    except RecursionError:
        raise Refusal(400, "malformed_json", "The body is not JSON: nested too deeply") from None
    except UnicodeError:
        raise Refusal(400, "malformed_json", "The body is not JSON: it is not UTF-8") from None
    except msgspec.MsgspecError as error:
        hint = "; does it contain half of a surrogate pair?" if _SURROGATE.search(body) else ""
        raise Refusal(400, "malformed_json", f"The body is not JSON: {error}{hint}") from None
    root, texts = [tree], _Texts()
    keys = _clean(root, 0, texts)
    # Each key is followed by a colon. All other colons are inside strings, where they may also be written as an escape.
    if body.count(b":") != keys + "".join(texts).count(":") or b"\\u003" in body:
        _check_keys(body)
    return root[0]


class _Texts(list[str]):
    """All original keys and texts of a body, and how many objects and lists it has."""

    containers = -1
    """parse() puts the body into a list of its own."""


def _clean(tree: Any, depth: int, texts: _Texts) -> int:
    """Cleans every text of a list or dictionary in place. Returns the number of keys, and adds all original keys and
    texts to `texts`. Raises Refusal."""
    if depth > limits.JSON_DEPTH:
        raise Refusal(400, "too_deep", f"The JSON is nested more than {limits.JSON_DEPTH} levels deep.")
    texts.containers += 1
    if texts.containers > limits.JSON_CONTAINERS:
        raise Refusal(400, "too_many_values", f"The JSON has more than {limits.JSON_CONTAINERS} objects and lists.")
    keys = 0
    if type(tree) is dict:
        keys = len(tree)
        texts += tree
        if max(map(len, tree), default=0) > limits.STRING_LENGTH:
            raise Refusal(400, "string_too_long", f"A key is longer than {limits.STRING_LENGTH} characters.")
    for key, value in tree.items() if type(tree) is dict else enumerate(tree):
        kind = type(value)
        if kind is str:
            texts.append(value)
            if len(value) > limits.STRING_LENGTH:
                raise Refusal(400, "string_too_long", f"A text is longer than {limits.STRING_LENGTH} characters.")
            if not (value.isascii() and value.isprintable()):
                tree[key] = clean(value, limits.STRING_LENGTH)
        elif kind is float or kind is int:
            if not -limits.NUMBER <= value <= limits.NUMBER:
                raise Refusal(400, "number_too_large", f"A number is larger than {limits.NUMBER:g}.")
        elif kind is dict or kind is list:
            keys += _clean(value, depth + 1, texts)
    return keys


def _check_keys(body: bytes) -> None:
    """Raises Refusal if an object has a key twice, because parsers differ in which value they use. msgspec silently
    uses the last one. So parse() counts colons, and calls this slower parser only if some keys are missing."""
    try:
        json.loads(body, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise Refusal(400, "duplicate_key", "The JSON has an object with a duplicate key.") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise ValueError("duplicate key")
    return keys
