"""`nodetop --check alerts`: whether a hub has alerts that need attention: open ones that nobody has acknowledged or
muted."""

from time import time

import click

from nodetop.alerts.alert import SEVERITIES, Alert
from nodetop.alerts.words import title, value
from nodetop.commands.alerts.command import fetch
from nodetop.commands.base.mode import Mode
from nodetop.commands.base.output import print_text
from nodetop.commands.check.verdict import EXIT_UNKNOWN, Verdict, exit_code, lines
from nodetop.settings.options import Settings


def check_alerts(mode: Mode, settings: Settings) -> int:
    """Prints a line for each alert. Returns the exit code: 0 if there is none. Raises click.UsageError, OSError."""
    if mode.replay:
        raise click.UsageError("--check alerts asks a hub; --replay has none")
    alerts = fetch(settings, "open", time())
    if alerts is None:
        return EXIT_UNKNOWN
    found = [_verdict(alert) for alert in alerts if alert.needs_attention and mode.node in (None, alert.node)]
    verdicts = found or [Verdict(mode.node or "", "alerts", True, "none")]
    print_text("".join(f"{line}\n" for line in lines(verdicts, with_node=bool(found))))
    return exit_code(verdicts)


def _verdict(alert: Alert) -> Verdict:
    shown = f"{SEVERITIES[alert.severity]}, {value(alert, alert.value)}"
    return Verdict(alert.node, title(alert), False if alert.state == "open" else None, shown)
