"""Exports this host: its history, and the samples that a hub of the same user has, or else a fresh one."""

import asyncio
from collections.abc import Sequence
from contextlib import closing

import click
from msgspec.structs import replace

from nodetop.base.hub_address import BadAddress, parse_hub_url
from nodetop.commands.base.host import host_sampler, sampled
from nodetop.commands.export.request import Export, joined
from nodetop.history.day_file import StoreError
from nodetop.history.store import HistoryStore
from nodetop.model.history import POINT_SECONDS
from nodetop.model.hub_api import ADDRESS_FILE
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot
from nodetop.recording.incident_file import IncidentFile
from nodetop.recording.redact import redact_snapshot
from nodetop.settings.options import Settings

_HUB_FOLDER = "hub"
_LONGEST_URLS = 4096


def export_host(export: Export, settings: Settings, file: IncidentFile, first_gap: float) -> bool:
    """Writes this host's data into the file. Raises click.UsageError, OSError."""
    if export.nodes:
        raise click.UsageError("--node needs --cluster")
    with closing(host_sampler(settings)) as sampler:
        node = sampler.node
        samples, hub_points = _from_own_hub(export, settings, node)
        if not samples and export.until >= export.now:
            fresh = next(sampled(sampler.sample, settings.interval, first_gap))
            export.notes.append(
                "it has one sample, taken now: no nodetop-server keeps samples on this host. "
                "A monitor that is running saves those in its memory with the key S"
            )
            samples = [redact_snapshot(fresh, export.args or "redacted")]
            export.until = max(export.until, fresh.taken_at)
    file.begin(export.header("local", [node]))
    file.add_points(node, POINT_SECONDS, joined(_from_store(export, settings, node), hub_points))
    file.add_samples(export.within(samples))
    file.nodes = 1
    return True


def _from_store(export: Export, settings: Settings, node: str) -> list[HistoryPoint]:
    if not settings.history:
        return []
    store = HistoryStore(settings.data_dir / "history", report=export.problems.append)
    try:
        return store.points(node, export.since, export.until, POINT_SECONDS)
    except (StoreError, OSError) as error:
        export.problems.append(f"history cannot be read: {error}")
        return []


def _from_own_hub(
    export: Export, settings: Settings, node: str
) -> tuple[Sequence[NodeSnapshot], Sequence[HistoryPoint]]:
    """What a hub of this user on this machine knows about this host; nothing if none answers."""
    url = _own_hub_url(settings)
    if url is None:
        return (), ()
    from nodetop.commands.base.hub import cluster_source  # asyncio and HTTP, not where there is no hub
    from nodetop.commands.export.hub import points_of, samples_of
    from nodetop.sources.source import SourceError

    async def ask() -> tuple[Sequence[NodeSnapshot], Sequence[HistoryPoint]]:
        source = cluster_source(replace(settings, cluster=url, token_file=None))
        try:
            await source.overview()
            points = [point async for some in points_of(export, source, node) for point in some]
            return await samples_of(export, source, node), points
        finally:
            await source.aclose()

    try:
        return asyncio.run(ask())
    except SourceError:
        return (), ()  # it is not running, or does not know this host


def _own_hub_url(settings: Settings) -> str | None:
    if settings.data_dir is None:
        return None
    try:
        text = (settings.data_dir / _HUB_FOLDER / ADDRESS_FILE).read_text(errors="replace")[:_LONGEST_URLS]
    except OSError:
        return None
    for url in text.split():
        try:
            if parse_hub_url(url).loopback:
                return url
        except BadAddress:
            continue
    return None
