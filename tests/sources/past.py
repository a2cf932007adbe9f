"""The past that each source of test_contract.py has history of: sampled each minute, with a hole."""

from dataclasses import dataclass

EACH, STEP = 60.0, 300.0
"""Seconds between samples of the past, and of a point of history."""
POINTS, GAP = 8, range(3, 5)
"""History has so many points, but for these."""
SAMPLED = [n for n in range(POINTS * 5) if n // 5 not in GAP]
"""Numbers of the samples that these are of."""


@dataclass(frozen=True)
class Past:
    """A node, and from when on there is history of it."""

    node: str
    since: float
