"""Pressure stall information: the share of time in which tasks waited for a resource. Kernel accounting/psi.rst."""

import re

from nodetop.base.lazy_regex import lazy_regex
from nodetop.model.snapshot import Pressure
from nodetop.probes.host_files import HostFiles

_LINE = lazy_regex(rb"^(some|full) avg10=(\S+) avg60=(\S+)", re.MULTILINE)


def read_pressure(files: HostFiles, resource: str) -> Pressure | None:
    """Pressure on "cpu", "memory" or "io"; None on a kernel built without it or booted with psi=0."""
    return parse_pressure(files.read_or_empty(f"/proc/pressure/{resource}"))


def parse_pressure(data: bytes) -> Pressure | None:
    """Parses `some avg10=0.12 avg60=0.05 avg300=0.01 total=123`, and the same line with `full`."""
    found: dict[str, float] = {}
    for scope, *averages in _LINE.findall(data):
        for name, value in zip(("10s", "60s"), averages, strict=True):
            percent = _percent(value)
            if percent is not None:
                found[f"{scope.decode()}_{name}_percent"] = percent
    return Pressure(**found) if found else None


def _percent(value: bytes) -> float | None:
    try:
        percent = float(value)
    except ValueError:
        return None
    return percent if 0 <= percent <= 100 else None
