"""Counters from psutil, which returns -1 for what a system does not count."""


def counted(value: int | None) -> int | None:
    """A count; None if the system does not keep it."""
    return None if value is None or value < 0 else value
