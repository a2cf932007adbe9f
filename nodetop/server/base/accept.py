"""The headers Accept and Accept-Encoding: what the client likes, and how much. RFC 9110 section 12.4.2. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?", re.ASCII)


class Choice(NamedTuple):
    """One of the things that a client accepts: `text/plain;version=0.0.4` has the name text/plain."""

    name: str
    parameters: dict[str, str]
    quality: float
    """From 0 (not acceptable) to 1. One that is not a number of the standard counts as 1."""


def choices(header: str) -> Iterator[Choice]:
    """In the order of the header."""
    for each in header.split(","):
        name, *rest = (part.strip() for part in each.split(";"))
        if name:
            pairs = (part.partition("=")[::2] for part in rest)
            parameters = {key.strip().lower(): value.strip().strip('"') for key, value in pairs}
            quality = parameters.pop("q", "1")
            yield Choice(name.lower(), parameters, float(quality) if _QUALITY.fullmatch(quality) else 1.0)


def takes_gzip(header: str) -> bool:
    """Whether Accept-Encoding allows gzip. Without the header it is not sent."""
    by_name = {choice.name: choice.quality for choice in choices(header)}
    return by_name.get("gzip", by_name.get("*", 0.0)) > 0
