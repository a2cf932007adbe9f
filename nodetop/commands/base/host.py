"""This host, or the one that the settings select, sampled once or until stopped."""

import time
from collections.abc import Callable, Iterator

from nodetop.base.grid import next_tick
from nodetop.model.snapshot import NodeSnapshot
from nodetop.probes.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler
from nodetop.settings.options import Settings


def host_sampler(settings: Settings) -> Sampler:
    """All probes of the host, below the roots given in the settings. Raises click.UsageError."""
    files = HostFiles(settings.proc_root, settings.sys_root, settings.host_root)
    if files.problem is not None:
        import click  # late: a plain start does without

        raise click.UsageError(f"--proc-root: {files.problem}")
    found = probes(files, all_filesystems=settings.all_filesystems, ignored_units=settings.ignore_units)
    return Sampler(files, found, node=settings.node_name)


def sampled(
    sample: Callable[[], NodeSnapshot],
    interval: float,
    first_gap: float,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[NodeSnapshot]:
    """Snapshots without end, all with rates: a first sample is taken but not returned, `first_gap` seconds before the
    next.

    They are taken on a fixed grid of `interval` seconds, however long the work and the reader take; missed points of
    the grid are left out.
    """
    sample()
    due = monotonic() + first_gap
    while True:
        sleep(max(0.0, due - monotonic()))
        yield sample()
        due = next_tick(due, interval, monotonic())
