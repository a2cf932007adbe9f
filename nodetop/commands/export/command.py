"""`nodetop export`: writes what a hub or this host knows about a period into one file, which --replay shows
anywhere."""

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

                has_answered = export_cluster(export, settings, file)
            else:
                from nodetop.commands.export.host import export_host

                has_answered = export_host(export, settings, file, first_gap)
            size = file.commit() if has_answered and file.samples + file.points else 0
    except IncidentFileExists:
        raise click.UsageError(f"{export.path} already exists; use --force to overwrite it") from None
    if has_answered and not size:
        export.problems.append("no data in that time range")
    for problem in (*export.problems, *(export.notes if size else ())):
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
