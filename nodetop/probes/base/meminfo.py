"""/proc/meminfo, parsed. Pure. proc_meminfo(5)."""

_MEMINFO = {
    b"MemTotal": "total",
    b"MemFree": "free",
    b"MemAvailable": "available",
    b"Buffers": "buffers",
    b"Cached": "cached",
    b"SReclaimable": "reclaimable",
    b"Shmem": "shared",
    b"SwapTotal": "swap_total",
    b"SwapFree": "swap_free",
    b"AnonPages": "anonymous",
    b"SUnreclaim": "unreclaimable",
    b"KernelStack": "kernel_stacks",
    b"PageTables": "page_tables",
    b"SecPageTables": "second_page_tables",
    b"Percpu": "per_cpu",
    b"Hugetlb": "huge_pages",
}
_LARGEST = 2**63 - 1


def parse_meminfo(data: bytes) -> dict[str, int]:
    """The lines that MemoryReading (memory.py) keeps, in bytes."""
    found: dict[str, int] = {}
    for line in data.split(b"\n"):
        key, _, rest = line.partition(b":")
        name = _MEMINFO.get(key)
        if name is None:
            continue
        value = rest.split()
        if value and value[0].isdigit() and len(value[0]) < 20:
            found[name] = min(int(value[0]) * 1024, _LARGEST)
            if len(found) == len(_MEMINFO):
                break
    return found
