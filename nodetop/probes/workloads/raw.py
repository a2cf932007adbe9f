"""The running counters of some workloads, as they are: see probes/counters/reader.py."""

from collections.abc import Iterable

from nodetop.model.raw_counters import WorkloadCounters
from nodetop.probes.host_files import HostFiles
from nodetop.probes.workloads.counters import reader_for
from nodetop.probes.workloads.tree import find_trees


def read_workloads(files: HostFiles, groups: Iterable[str]) -> dict[str, WorkloadCounters]:
    """The counters of these groups, by their paths as rows have them. A group that has ended, or whose name cannot be
    shown as it is, has none."""
    trees = find_trees(files)
    if trees.unified is None and not trees.controllers:
        return {}
    reader, root = reader_for(files, trees), trees.root
    found = {}
    for group in groups:
        if not group.startswith(f"{root}/") or ".." in group.split("/"):
            continue
        counters = reader.counters(group.removeprefix(root))
        if counters is not None:
            found[group] = WorkloadCounters(
                cpu_microseconds=counters.cpu_microseconds,
                cpu_periods=counters.periods,
                cpu_throttled_periods=counters.throttled_periods,
                read_bytes=counters.read_bytes,
                written_bytes=counters.written_bytes,
                reads=counters.reads,
                writes=counters.writes,
            )
    return found
