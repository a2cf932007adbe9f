"""`nodetop alerts try`: what a rule would have done in the past, beside the present one."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from math import inf
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from nodetop.alerts.rule import RuleError
from nodetop.alerts.trial.past import NodePast
from nodetop.alerts.trial.report import TrialReport, lines, nothing_known
from nodetop.alerts.trial.tally import Tally, tally
from nodetop.alerts.trial.tried_rule import TriedRule, parse_tried
from nodetop.commands.base.hub import opened, own_hub
from nodetop.commands.base.output import print_error, print_text
from nodetop.commands.base.progress import Progress
from nodetop.history.day_file import StoreError
from nodetop.history.store import HistoryStore
from nodetop.model import wire
from nodetop.model.history import POINT_SECONDS
from nodetop.model.snapshot import NodeSnapshot
from nodetop.recording.error import RecordingError
from nodetop.recording.reader import read
from nodetop.settings.options import Settings
from nodetop.sources.past import known_past, samples_of
from nodetop.sources.source import SourceError


def try_on_past(settings: Settings, text: str, since: float, *, as_json: bool, replay: Path | None = None) -> int:
    """Prints the result. Returns the exit code: 1 if the past cannot be read. Raises click.UsageError, OSError."""
    if replay is not None and settings.cluster:
        raise click.UsageError("--cluster and --replay cannot be combined")
    try:
        if settings.cluster:
            tried, found = asyncio.run(_on_hub(settings, text, since))
        else:
            tried = parse(text, settings.alerts)
            found = _on_host(settings, tried, since) if replay is None else _on_file(replay, tried)
    except (SourceError, StoreError, RecordingError, OSError) as error:
        print_error(str(error))
        return 1
    if found is None:
        print_error(nothing_known(tried))
        return 1
    print_text(f"{wire.encode(found).decode()}\n" if as_json else "".join(f"{line}\n" for line in lines(text, found)))
    return 0


def parse(text: str, table: Mapping[str, Any]) -> TriedRule:
    """See parse_tried. Raises click.UsageError."""
    try:
        return parse_tried(text, table)
    except RuleError as error:
        raise click.UsageError(str(error)) from None


def _on_host(settings: Settings, tried: TriedRule, since: float) -> TrialReport | None:
    """This host's history, and the whole samples that a hub of this user on this machine has."""
    store = HistoryStore(settings.data_dir / "history", report=print_error)
    until = time.time()
    nodes = store.nodes()
    samples = asyncio.run(_own_samples(settings, nodes, until - since))
    past = (
        NodePast(node, store.points(node, since, until, POINT_SECONDS), samples.get(node, ()), POINT_SECONDS)
        for node in nodes
    )
    return tally(past, tried, since, until).report()


async def _own_samples(settings: Settings, nodes: Iterable[str], seconds: float) -> dict[str, Sequence[NodeSnapshot]]:
    url = own_hub(settings)
    if url is None:
        return {}
    try:
        async with opened(replace(settings, cluster=url, token_file=None)) as source:
            await source.overview()
            return {node: await samples_of(source, node, seconds) for node in nodes}
    except (SourceError, click.UsageError):
        return {}  # it does not run


def _on_file(path: Path, tried: TriedRule) -> TrialReport | None:
    file = read(path)
    past = (
        NodePast(node, file.points(node, 0.0, inf, POINT_SECONDS), file.samples(node), POINT_SECONDS)
        for node in file.nodes
    )
    times = [each.taken_at for each in file.snapshots] or [0.0]
    return tally(past, tried, min(times), max(times)).report()


async def _on_hub(settings: Settings, text: str, since: float) -> tuple[TriedRule, TrialReport | None]:
    """All nodes of a hub, beside the hub's rules."""
    async with opened(settings) as source:
        _, rows = await source.overview()
        table = None if source.alerts is None else await source.alerts.rules()
        tried = parse(text, settings.alerts if table is None else table)
        until = time.time()
        made = Tally(tried, since, until)
        progress = Progress(len(rows))
        try:
            async for past in known_past(source, rows, since, until):
                progress.next(past.node)
                made.add(past)
        finally:
            progress.end()
        return tried, made.report()
