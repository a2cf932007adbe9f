"""Secrets in elements of XML."""

import re

from nodetop.recording.redaction.assignments import is_secret_value
from nodetop.recording.redaction.names import kind_of
from nodetop.recording.redaction.shapes import MASK

_ELEMENT = re.compile(r"<([\w.:-]++)(?:\s[^<>]*+)?>([^<>]++)(?=</)")


def mask_elements(word: str) -> str:
    """<password>SECRET</password> with the secret masked."""
    return _ELEMENT.sub(_masked_element, word)


def _masked_element(found: re.Match[str]) -> str:
    name, value = found[1].rpartition(":")[2], found[2]
    if not is_secret_value(name, kind_of(name), value):
        return found[0]
    return found[0][: found.start(2) - found.start()] + MASK
