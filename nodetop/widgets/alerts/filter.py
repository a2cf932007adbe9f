"""The filter of the alert inbox: its fields and texts. base.terms describes the language. Pure."""

from nodetop.alerts.alert import SEVERITIES, Alert
from nodetop.alerts.words import what
from nodetop.base.terms import Name
from nodetop.widgets.base.language import Language, Texts, Value

_FIELDS: tuple[tuple[Name, Value[Alert]], ...] = (
    (Name("severity", "text", whole=True), lambda alert: SEVERITIES[alert.severity]),
    (Name("state", "text", whole=True), lambda alert: alert.state),
    (Name("node", "text"), lambda alert: alert.node),
    (Name("kind", "text", whole=True), lambda alert: alert.rule),
)


def _texts(alert: Alert) -> Texts:
    return (
        SEVERITIES[alert.severity], alert.state, alert.node, alert.rule, what(alert), alert.subject,
        alert.culprit, "acked acknowledged" if alert.acknowledged else None, "muted" if alert.muted_until else None,
    )  # fmt: skip


parse_filter = Language(_texts, _FIELDS).parse
"""Parses a filter as typed. Raises TermError."""
