"""`nodetop --check alerts`: whether a hub has alerts that need attention: open ones that nobody has acknowledged or
muted; with --at, those of that time."""

from time import time

import click
from msgspec.structs import replace

from nodetop.alerts.alert import SEVERITIES, Alert
from nodetop.alerts.words import title, value
from nodetop.commands.alerts.command import fetch
from nodetop.commands.base.mode import Mode
from nodetop.commands.base.output import print_text
from nodetop.commands.base.past import parse_at
from nodetop.commands.check.verdict import EXIT_UNKNOWN, Verdict, exit_code, lines
from nodetop.settings.options import Settings


def check_alerts(mode: Mode, settings: Settings) -> int:
    """Prints a line for each alert. Returns the exit code: 0 if there is none. Raises click.UsageError, OSError."""
    if mode.replay:
        raise click.UsageError("--check alerts asks a hub; --replay has none")
    at = parse_at(mode.at)
    alerts = fetch(settings, "open", time()) if at is None else fetch(settings, "all", at)
    if alerts is None:
        return EXIT_UNKNOWN
    wanted = [alert if at is None else _as_it_was(alert, at) for alert in alerts if at is None or _was_open(alert, at)]
    found = [_verdict(alert) for alert in wanted if alert.needs_attention and mode.node in (None, alert.node)]
    verdicts = found or [Verdict(mode.node or "", "alerts", True, "none")]
    print_text("".join(f"{line}\n" for line in lines(verdicts, with_node=bool(found))))
    return exit_code(verdicts)


def _was_open(alert: Alert, at: float) -> bool:
    return alert.started_at <= at and (alert.ended_at is None or at < alert.ended_at)


def _as_it_was(alert: Alert, at: float) -> Alert:
    """An alert that was open at a time, with its worst value. That a mute was there then is not kept."""
    was_seen = alert.acknowledged_at is not None and alert.acknowledged_at <= at
    return replace(alert, state="open", ended_at=None, value=alert.peak, acknowledged=was_seen, muted_until=None)


def _verdict(alert: Alert) -> Verdict:
    shown = f"{SEVERITIES[alert.severity]}, {value(alert, alert.value)}"
    return Verdict(alert.node, title(alert), False if alert.state == "open" else None, shown)
