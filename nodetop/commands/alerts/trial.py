"""`nodetop alerts try`: what a rule would have done in the past, beside the present one."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

import click
from msgspec.structs import replace

from nodetop.alerts.rule import RuleError
from nodetop.alerts.trial.past import NodePast
from nodetop.alerts.trial.report import lines, nothing_known, report
from nodetop.alerts.trial.tried_rule import TriedRule, parse_tried
from nodetop.commands.base.hub import opened, own_hub
from nodetop.commands.base.output import print_error, print_text
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
    if not settings.cluster:
        parse(text, settings.alerts)  # what is wrong is said before anything is read
    try:
        past, until, table = _found(settings, since, replay)
    except (SourceError, StoreError, RecordingError, OSError) as error:
        print_error(str(error))
        return 1
    tried = parse(text, settings.alerts if table is None else table)
    found = report(past, tried, until)
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


class _Found(NamedTuple):
    """What a rule is tried on. `table` is the [alerts] table of the hub; None: that of the settings counts."""

    past: Sequence[NodePast]
    until: float
    table: Mapping[str, Any] | None = None


def _found(settings: Settings, since: float, replay: Path | None) -> _Found:
    if replay is not None:
        return _of_file(replay)
    if settings.cluster:
        return asyncio.run(_of_hub(settings, since))
    return _of_host(settings, since)


def _of_host(settings: Settings, since: float) -> _Found:
    """This host's history, and the whole samples that a hub of this user on this machine has."""
    store = HistoryStore(settings.data_dir / "history", report=print_error)
    until = time.time()
    points = {node: store.points(node, since, until, POINT_SECONDS) for node in store.nodes()}
    samples = asyncio.run(_own_samples(settings, list(points), until - since))
    return _Found([NodePast(node, each, samples.get(node, ()), POINT_SECONDS) for node, each in points.items()], until)


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


def _of_file(path: Path) -> _Found:
    file = read(path)
    past = [
        NodePast(node, file.points(node, 0.0, inf, POINT_SECONDS), file.samples(node), POINT_SECONDS)
        for node in file.nodes
    ]
    return _Found(past, max((each.taken_at for each in file.snapshots), default=0.0))


async def _of_hub(settings: Settings, since: float) -> _Found:
    async with opened(settings) as source:
        _, rows = await source.overview()
        table = None if source.alerts is None else await source.alerts.rules()
        until = time.time()
        return _Found(await known_past(source, rows, since, until), until, table)
