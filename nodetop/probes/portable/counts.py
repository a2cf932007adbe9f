"""Numbers of psutil. Where a system does not count something, psutil has -1 for it."""


def counted(value: int | None) -> int | None:
    """A count; None for one that is not kept."""
    return None if value is None or value < 0 else value
