"""The start of an agent, which may have a quota of a part of a CPU: see pace.py.

Its imports, hundreds of milliseconds of CPU time, rest as its samples do; also later ones, as of what sends the first
sample. Garbage is not collected until most is loaded, and what is in memory then is never looked at: a full collection
would be one piece of 25 ms.
"""

import gc
import sys
from collections.abc import Sequence
from types import ModuleType

from nodetop.probes.base.pace import Pace, Rest
from nodetop.probes.cgroups.bounds import cpu_bound
from nodetop.probes.cgroups.tree import groups, mounts, observer
from nodetop.probes.host_files import HostFiles

_LONGEST_SECONDS = 1.0
"""A module waits for at most half of it."""


class RestingImports:
    """An import finder that finds nothing, but rests before each module."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        self._rest()


def own_quota(files: HostFiles | None = None) -> float | None:
    """CPUs, of this process; None without a limit."""
    files = files or HostFiles()
    bound = cpu_bound(files, groups(files, mounts(files, observer(files))))
    return bound.cores if bound is not None else None


def begin() -> None:
    """Before most modules are imported."""
    gc.disable()
    quota = own_quota()
    if quota is not None and quota < 1:
        sys.meta_path.insert(0, RestingImports(Pace(_LONGEST_SECONDS, quota=quota).rest))


def loaded() -> None:
    """After that."""
    gc.freeze()
    gc.enable()
