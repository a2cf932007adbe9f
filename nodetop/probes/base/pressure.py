"""Pressure stall information: the share of time in which tasks waited for a resource. Kernel accounting/psi.rst."""

from nodetop.model.snapshot import Pressure
from nodetop.probes.base.host_files import HostFiles


def read_pressure(files: HostFiles, resource: str) -> Pressure | None:
    """Pressure on "cpu", "memory" or "io"; None on a kernel without it, or one started with psi=0."""
    return parse_pressure(files.read_or_empty(f"/proc/pressure/{resource}"))


def parse_pressure(data: bytes) -> Pressure | None:
    """`some avg10=0.12 avg60=0.05 avg300=0.01 total=123`, and the same with `full`, as a Pressure."""
    found: dict[str, float] = {}
    for line in data.decode("ascii", "replace").splitlines():
        scope, *averages = line.split()[:3] or [""]
        for average in averages:
            name, _, value = average.partition("=")
            percent = _percent(value)
            if scope in ("some", "full") and name in ("avg10", "avg60") and percent is not None:
                found[f"{scope}_{name[3:]}s_percent"] = percent
    return Pressure(**found) if found else None


def _percent(value: str) -> float | None:
    try:
        percent = float(value)
    except ValueError:
        return None
    return percent if 0 <= percent <= 100 else None
