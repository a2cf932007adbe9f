"""Rates of links, for the panel and for the whole screen."""


def speed(mbps: int) -> str:
    """A link's speed as it is usually written: 100M, 2.5G, 10G."""
    return f"{mbps / 1000:g}G" if mbps >= 1000 else f"{mbps}M"
