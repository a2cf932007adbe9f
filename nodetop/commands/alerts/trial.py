"""`nodetop alerts try`: what a rule would have done in the past, beside the present one."""

import asyncio
import time
import tomllib
from collections.abc import Sequence
from typing import Any

import click

from nodetop.alerts.alert import Alert
from nodetop.alerts.rule import Rule, RuleError, rules
from nodetop.alerts.trial import TRIABLE, Past, Trial, apart, suggested, try_rule
from nodetop.base import units
from nodetop.base.text import clean
from nodetop.base.when import clock_text
from nodetop.commands.base.hub import opened
from nodetop.commands.base.output import print_error, print_text
from nodetop.history.day_file import StoreError
from nodetop.history.store import HistoryStore
from nodetop.model import wire
from nodetop.model.quantities import BY_WORD
from nodetop.model.snapshot import HistoryPoint
from nodetop.settings.options import Settings
from nodetop.sources.source import SourceError

STEP = 300.0
"""Seconds of each point."""
_CHUNK_SECONDS = 7 * 86_400.0
_MOST_LISTED = 5


def try_on_past(settings: Settings, text: str, since: float, *, as_json: bool) -> int:
    """Prints the result. Returns the exit code: 1 if the past cannot be read. Raises click.UsageError, OSError."""
    name, rule = parse(text)
    present = rules(settings.alerts).get(name)
    until = time.time()
    try:
        past = asyncio.run(_of_hub(settings, since, until)) if settings.cluster else _of_host(settings, since, until)
    except (SourceError, StoreError, OSError) as error:
        print_error(str(error))
        return 1
    if not any(past.values()):
        print_error("no data in that time range")
        return 1
    tried = try_rule(past, rule, STEP)
    now = try_rule(past, present, STEP) if present is not None else None
    begin = max(min(points[0].at for points in past.values() if points), since)
    report = _report(tried, now, suggested(past, rule, STEP, until - begin), len(past), begin, until)
    print_text(f"{wire.encode(report).decode()}\n" if as_json else _text(text, rule, report))
    return 0


def parse(text: str) -> tuple[str, Rule]:
    """The rule of `cpu="70/60 for 5m"`, with or without the quotes, by its name. Raises click.UsageError."""
    word, equals, said = (part.strip() for part in text.partition("="))
    if not equals:
        raise click.UsageError(f'{text!r} is not a rule such as cpu="70/60 for 5m"')
    try:
        value = tomllib.loads(f"value = {said}")["value"] if said.startswith(('"', "'")) else said
        found = rules({word: value})
    except tomllib.TOMLDecodeError:
        raise click.UsageError(f"{said} is not a text in quotes") from None
    except RuleError as error:
        raise click.UsageError(str(error)) from None
    name = BY_WORD[word].name
    if name not in TRIABLE or name not in found:
        raise click.UsageError(f"history does not keep {word}; rules that can be tried: {', '.join(TRIABLE)}")
    return name, found[name]


def _of_host(settings: Settings, since: float, until: float) -> Past:
    store = HistoryStore(settings.data_dir / "history", report=print_error)
    return {node: store.points(node, since, until, STEP) for node in store.nodes()}


async def _of_hub(settings: Settings, since: float, until: float) -> Past:
    past: dict[str, Sequence[HistoryPoint]] = {}
    async with opened(settings) as source:
        _, rows = await source.overview()
        for row in rows:
            points: list[HistoryPoint] = []
            at = since // STEP * STEP
            while at < until:
                end = min(at + _CHUNK_SECONDS, until)
                points += await source.history(row.node, at, end, STEP)
                at = end
            past[row.node] = points
    return past


def _report(
    tried: Trial, now: Trial | None, limit: tuple[float, int] | None, nodes: int, begin: float, until: float
) -> dict[str, Any]:
    missed = apart(now.alerts, tried.alerts) if now else []
    added = apart(tried.alerts, now.alerts) if now else []
    return {
        "since": begin, "until": until, "nodes": nodes,
        "opened": len(tried.alerts), "opened_at_most": tried.most, "open_seconds": tried.seconds(until),
        "at_night": tried.at_night(), "still_open": sum(not alert.has_ended for alert in tried.alerts),
        "longest_seconds": max((alert.seconds(until) for alert in tried.alerts), default=0.0),
        "worst_nodes": dict(tried.nodes()[:_MOST_LISTED]), "on_top": dict(tried.culprits()[:_MOST_LISTED]),
        "present_rule_opened": len(now.alerts) if now else None,
        "misses": [_alert(alert) for alert in missed], "adds": [_alert(alert) for alert in added],
        "suggested_limit": limit[0] if limit else None, "suggested_would_open": limit[1] if limit else None,
    }  # fmt: skip


def _alert(alert: Alert) -> dict[str, Any]:
    return {"node": alert.node, "started_at": alert.started_at, "ended_at": alert.ended_at, "peak": alert.peak}


def _text(text: str, rule: Rule, report: dict[str, Any]) -> str:
    unit, opened = rule.kind.unit, report["opened"]
    times = f"{opened} times" if report["opened_at_most"] == opened else f"{opened} to {report['opened_at_most']} times"
    period = units.duration(report["until"] - report["since"])
    nodes = f"{report['nodes']} node{'s' * (report['nodes'] > 1)}"
    lines = [f"{clean(text)} on {nodes}, {period} of history: it would have opened {times}"]
    if report["opened_at_most"] > opened:
        lines.append(f"  (history has points of {units.duration(STEP)}: shorter peaks may have opened it, or not)")
    if opened:
        lines.append(
            f"  open for {units.duration(report['open_seconds'])} in all, at most "
            f"{units.duration(report['longest_seconds'])}; {report['at_night']} began at night (22:00-7:00)"
            + (f"; {report['still_open']} still open" if report["still_open"] else "")
        )
        lines.append(f"  worst nodes: {_counts(report['worst_nodes'])}")
    if report["on_top"]:
        lines.append(f"  on top: {_counts(report['on_top'])}")
    if report["present_rule_opened"] is not None:
        lines.append(
            f"  the present rule: {report['present_rule_opened']} times; of these this one misses "
            f"{len(report['misses'])}, and adds {len(report['adds'])}"
        )
        for word in ("misses", "adds"):
            lines += [_line(word, each, unit) for each in report[word][:_MOST_LISTED]]
    if report["suggested_limit"] is not None:
        lines.append(
            f"  a limit of {report['suggested_limit']:g}{unit} would have opened {report['suggested_would_open']} times"
        )
    return "\n".join(lines) + "\n"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{clean(name)} {count}" for name, count in counts.items())


def _line(word: str, alert: dict[str, Any], unit: str) -> str:
    at = clock_text(alert["started_at"], "%Y-%m-%d %H:%M")
    return f"    {word} {clean(alert['node'])} {at}, worst {alert['peak']:.0f}{unit}"
