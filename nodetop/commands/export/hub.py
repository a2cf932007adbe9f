"""Exports nodes of a hub one after another, so that only one node's reply is in memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import click

from nodetop.base.grid import interval_start
from nodetop.commands.base.hub import opened
from nodetop.commands.base.progress import Progress
from nodetop.commands.export.request import Export
from nodetop.model.history import POINT_SECONDS
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot
from nodetop.recording.incident_file import IncidentFile
from nodetop.settings.options import Settings
from nodetop.sources.remote import RemoteSource
from nodetop.sources.source import SourceError

RECENT_SECONDS = 3600.0
"""Hubs do not keep whole samples for longer than this."""
_CHUNK_SECONDS = 7 * 86_400.0
_LEAST_SECONDS = 60.0


def export_cluster(export: Export, settings: Settings, file: IncidentFile) -> bool:
    """Whether the hub answered. Raises click.UsageError, OSError."""
    try:
        asyncio.run(_export(export, settings, file))
    except SourceError as error:
        export.problems.append(str(error))
        return False
    return True


async def _export(export: Export, settings: Settings, file: IncidentFile) -> None:
    async with opened(settings) as source:
        _, rows = await source.overview()
        nodes = _chosen([row.node for row in rows], export, source)
        file.begin(export.header(source.name, nodes))
        progress = Progress(len(nodes))
        try:
            for node in nodes:
                progress.next(node)
                await export_node(export, source, node, file)
        finally:
            progress.end()


def _chosen(known: Sequence[str], export: Export, source: RemoteSource) -> list[str]:
    unknown = [name for name in export.nodes if name not in known]
    if unknown:
        raise click.UsageError(f"{source.name} has no node {', '.join(unknown)}; it has {', '.join(known[:20])}")
    return [name for name in known if not export.nodes or name in export.nodes]


async def export_node(export: Export, source: RemoteSource, node: str, file: IncidentFile) -> None:
    """One node's points and samples. If a request fails, that is added to the problems of the export."""
    try:
        before = file.samples + file.points
        async for points in points_of(export, source, node):
            file.add_points(node, POINT_SECONDS, points)
        file.add_samples(export.within(await samples_of(export, source, node)))
        file.nodes += file.samples + file.points > before
    except SourceError as error:
        export.problems.append(f"{node}: {error}")


async def points_of(export: Export, source: RemoteSource, node: str) -> AsyncIterator[Sequence[HistoryPoint]]:
    """The history of the period, a week at a time. Raises SourceError."""
    since = interval_start(export.since, POINT_SECONDS)
    while since < export.until:
        until = min(since + _CHUNK_SECONDS, export.until)
        yield await source.history(node, since, until, POINT_SECONDS)
        since = until


async def samples_of(export: Export, source: RemoteSource, node: str) -> Sequence[NodeSnapshot]:
    """The whole samples that the hub still has; fewer if there are too many. Raises SourceError."""
    if export.until < export.now - RECENT_SECONDS:
        return ()
    seconds = min(export.seconds_back(), RECENT_SECONDS)
    while True:
        try:
            return await source.samples(node, seconds)
        except SourceError:
            seconds /= 2
            if seconds < _LEAST_SECONDS:
                raise
