"""What the filter of the alert inbox understands: see base.terms for the language. Pure."""

from nodetop.alerts.alert import SEVERITIES, Alert
from nodetop.alerts.rule import KINDS
from nodetop.base.terms import Name
from nodetop.widgets.base.language import Language, Value

_FIELDS: tuple[tuple[Name, Value[Alert]], ...] = (
    (Name("severity", "text", whole=True), lambda alert: SEVERITIES[alert.severity]),
    (Name("state", "text", whole=True), lambda alert: alert.state),
    (Name("node", "text"), lambda alert: alert.node),
    (Name("kind", "text", whole=True), lambda alert: alert.rule),
)


def _texts(alert: Alert) -> tuple[str, ...]:
    return (
        SEVERITIES[alert.severity], alert.state, alert.node, alert.rule, KINDS[alert.rule].what, alert.subject,
        alert.culprit or "", "seen" if alert.acknowledged else "", "muted" if alert.muted_until else "",
    )  # fmt: skip


parse_filter = Language(_texts, _FIELDS).parse
"""Text as typed to a filter. Raises TermError."""
