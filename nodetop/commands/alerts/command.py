"""`nodetop alerts`: lists the alerts of a hub, as text or as JSON."""

import time
from collections.abc import Sequence

import click
from msgspec.structs import replace

from nodetop.alerts import words
from nodetop.alerts.alert import SEVERITIES, Alert
from nodetop.alerts.board import board
from nodetop.base import units
from nodetop.base.text import clean
from nodetop.base.when import clock_text
from nodetop.commands.base.hub import ask, opened, own_hub
from nodetop.commands.base.output import print_text
from nodetop.model import wire
from nodetop.settings.options import Settings
from nodetop.sources.hub.source import HubSource
from nodetop.sources.source import SourceError

DAY = 86_400.0
MOST = 5000


def fetch(settings: Settings, state: str, since: float) -> list[Alert] | None:
    """The alerts of the hub given in the settings, or of this user's own on this machine, in the order of the inbox.
    None if it does not answer; the reason is printed. Raises click.UsageError."""
    if settings.cluster is None:
        url = own_hub(settings)
        if url is None:
            raise click.UsageError("alerts are kept by nodetop-server; give its URL with --cluster")
        settings = replace(settings, cluster=url)
    found: list[Alert] = []

    async def run() -> None:
        async with opened(settings) as source:
            if not isinstance(source, HubSource):
                raise SourceError(f"{source.name} is a store of metrics; alerts are kept by nodetop-server")
            found.extend(board(await source.alerts.listed(state, since, MOST)).alerts)

    return found if ask(run()) else None


def print_alerts(settings: Settings, *, state: str, since: float, as_json: bool) -> int:
    """Prints a line for each alert. Returns the exit code: 1 if the hub does not answer. Raises click.UsageError,
    OSError."""
    alerts = fetch(settings, state, since)
    if alerts is None:
        return 1
    if as_json:
        print_text("".join(f"{wire.encode(alert).decode()}\n" for alert in alerts))
    else:
        print_text("".join(f"{line}\n" for line in lines(alerts, time.time())) or "no alerts\n")
    return 0


def lines(alerts: Sequence[Alert], now: float) -> list[str]:
    """A line for each alert, in columns."""
    cells = [_cells(alert, now) for alert in alerts]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _cells(alert: Alert, now: float) -> tuple[str, ...]:
    sign = "<=" if words.is_below(alert) else ">="
    value = alert.peak if alert.has_ended else words.present(alert, now)
    started = clock_text(alert.started_at, "%H:%M:%S" if now - alert.started_at < DAY else "%Y-%m-%d %H:%M")
    return (
        state_of(alert),
        SEVERITIES[alert.severity],
        clean(alert.node),
        words.title(alert),
        f"{words.value(alert, value)} ({sign} {words.value(alert, alert.threshold)})",
        f"since {started} for {units.duration(alert.seconds(now))}",
        clean(alert.culprit or ""),
    )


def state_of(alert: Alert) -> str:
    """ "open", "unknown", "acked by ann", "muted", "ended", "ended, late" """
    if alert.has_ended:
        return "ended, late" if alert.is_late else "ended"
    if alert.muted_until is not None:
        return "muted"
    if alert.acknowledged:
        return f"acked by {clean(alert.acknowledged_by)}" if alert.acknowledged_by else "acked"
    return alert.state
