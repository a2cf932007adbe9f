"""Parses the kernel's notation for a set of CPUs: `0-3,8,10-11`."""

_MOST = 8192  # NR_CPUS of the largest kernels; a longer list is not a list of CPUs
_LONGEST = len("8191-8191")


def parse_cpu_list(text: str | None) -> tuple[int, ...]:
    """The CPUs in the list, ascending; empty for None or any other text."""
    cpus: set[int] = set()
    for part in (text or "").strip().split(","):
        first, dash, last = part.partition("-")
        if len(part) > _LONGEST or not (first.isdecimal() and (last.isdecimal() if dash else True)):
            return ()
        low, high = int(first), int(last or first)
        if high >= _MOST:
            return ()
        cpus.update(range(low, high + 1))
    return tuple(sorted(cpus))
