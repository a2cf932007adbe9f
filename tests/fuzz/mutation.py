"""Good input changed in a few places, and input that is nothing at all: for parsers, by Hypothesis."""

import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES_PER_SECOND = 200
BITS = (
    b"\x00",
    b"\xff",
    b"\x1b[2J",
    b"\n",
    b"-1",
    b"18446744073709551616",
    b"9" * 400,
    b"1e999",
    b"(",
    b")",
    b" " * 40,
)
"""What is put in: what parsers trip over."""


@st.composite
def changed(draw: st.DrawFn, good: tuple[bytes, ...]) -> bytes:
    """One of the good ones with parts cut out, doubled, moved or replaced."""
    data = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(0, 4))):
        at, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        part = data[at:end]
        new = draw(st.sampled_from((b"", part * 2, part[::-1], *BITS)) | st.binary(max_size=9))
        data = data[:at] + new + data[end:]
    return data


def anything(*good: bytes) -> st.SearchStrategy[bytes]:
    return st.binary(max_size=300) | changed(good or (b"",))


def as_text(data: bytes) -> str:
    """Bytes as characters that may stand in a text, surrogates among them."""
    return data.decode("utf-8", "surrogateescape")


def tries(seconds: float, strategy: st.SearchStrategy[Any], check: Callable[[Any], object]) -> None:
    """Hypothesis, for about so long: what it makes after that is not tried."""
    until = time.monotonic() + seconds

    def check_in_time(value: Any) -> None:
        if time.monotonic() < until:
            check(value)

    cases = max(int(seconds * CASES_PER_SECOND), 20)
    limits = settings(max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    limits(given(strategy)(check_in_time))()
