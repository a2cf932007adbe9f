"""Rates of links, for the panel and for the whole screen."""

LEAST_TOP = 102_400.0
"""The top of a graph's scale is at least this many bytes per second, so that noise stays small."""


def speed(mbps: int) -> str:
    """A link's speed as it is usually written: 100M, 2.5G, 10G."""
    return f"{mbps / 1000:g}G" if mbps >= 1000 else f"{mbps}M"
