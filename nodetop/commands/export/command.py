"""`nodetop export`: what a hub or this host knows of a stretch of time, into one file that --replay shows anywhere."""

import sys
import time

import click

from nodetop.base import units
from nodetop.commands.export.request import Export
from nodetop.recording.incident_file import IncidentFile, IncidentFileExists
from nodetop.settings.options import Settings


def run(export: Export, settings: Settings, first_gap: float) -> int:
    """Makes the file. Returns the exit code; raises click.UsageError, OSError."""
    try:
        file = IncidentFile(export.path, force=export.force)
        with file:
            if settings.cluster:
                from nodetop.commands.export.hub import export_cluster  # asyncio and HTTP, which a host does without

                is_told = export_cluster(export, settings, file)
            else:
                from nodetop.commands.export.host import export_host

                is_told = export_host(export, settings, file, first_gap)
            size = file.commit() if is_told and file.samples + file.points else 0
    except IncidentFileExists:
        raise click.UsageError(f"{export.path} is there already; --force writes over it") from None
    if is_told and not size:
        export.problems.append("there is nothing to export of that time")
    for problem in export.problems:
        print(f"nodetop: {problem}", file=sys.stderr)
    if size:
        print(f"{export.path}: {_content(file)}, {units.size(size)}; show it with: nodetop --replay {export.path}")
    return 1 if export.problems else 0


def _content(file: IncidentFile) -> str:
    counts = (file.nodes, "node", "nodes"), (file.samples, "sample", "samples"), (file.points, "point", "points")
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts) + " of history"


def now() -> float:
    """The wall clock."""
    return time.time()
