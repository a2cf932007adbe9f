"""`nodetop --json`: snapshots of this host, a recording or a hub as lines of JSON on standard output."""

import itertools
from collections.abc import Iterable
from contextlib import closing
from typing import BinaryIO

from nodetop.commands.base.host import host_sampler, sampled
from nodetop.commands.base.latest import latest
from nodetop.commands.base.mode import Mode
from nodetop.commands.base.output import print_error, standard_output
from nodetop.model import wire
from nodetop.model.snapshot import NodeSnapshot
from nodetop.recording.file import Reader, recorded
from nodetop.settings.options import Settings


def print_json(mode: Mode, settings: Settings, first_gap: float) -> int:
    """Prints as many lines as requested; by default one, or all of a recording. Returns the exit code; raises
    click.UsageError, RecordingError, OSError."""
    out = standard_output()
    if settings.cluster:
        from nodetop.commands.json.cluster import print_cluster  # late: only a hub needs asyncio and HTTP

        return print_cluster(settings, mode.node, 1 if mode.count is None else mode.count, out, mode.at)
    if mode.at is not None:
        found, notices = latest(mode, settings, first_gap)
        print_snapshots(_redacted(found, mode.args), len(found), out)
        for notice in notices:
            print_error(notice)
        return 0
    if mode.replay:
        reader = Reader(mode.replay)
        print_snapshots(_redacted(reader, mode.args), mode.count or 0, out)
        for notice in reader.notices:
            print_error(notice)
        return 0
    with mode.recording() as recording, closing(host_sampler(settings)) as sampler:
        snapshots = sampled(sampler.sample, settings.interval, first_gap)
        if recording:
            snapshots = recorded(snapshots, recording)
        print_snapshots(_redacted(snapshots, mode.args), 1 if mode.count is None else mode.count, out)
    return 0


def _redacted(snapshots: Iterable[NodeSnapshot], args: str | None) -> Iterable[NodeSnapshot]:
    """With as much of command lines as is asked for; as they are where nothing is."""
    if args is None:
        return snapshots
    from nodetop.recording.redact import redact_snapshot  # its tables, which most do without

    return (redact_snapshot(snapshot, args) for snapshot in snapshots)


def print_snapshots(snapshots: Iterable[NodeSnapshot], count: int, out: BinaryIO) -> None:
    """One line each, flushed at once; `count` of them, 0 for all. Raises OSError."""
    numbers = range(count) if count else itertools.count()
    for _, snapshot in zip(numbers, snapshots, strict=False):
        out.write(wire.encode(snapshot) + b"\n")
        out.flush()
