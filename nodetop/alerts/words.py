"""How an alert is named, and its values written. An alert of a hub says that itself; else its rule does. Pure."""

from nodetop.alerts.alert import Alert
from nodetop.alerts.rule import KINDS, SILENT
from nodetop.base import units
from nodetop.base.text import clean

UNKNOWN = "unknown"


def what(alert: Alert) -> str:
    """What is watched: "cpu busy"."""
    return alert.what or (KINDS[alert.rule].what if alert.rule in KINDS else alert.rule)


def title(alert: Alert) -> str:
    """ "file system /srv", "cpu busy" """
    return clean(f"{what(alert)} {alert.subject}".strip())


def unit(alert: Alert) -> str:
    """The sign of its unit: % h ° s B B/s ms, s left, or none."""
    return alert.unit if alert.what or alert.rule not in KINDS else KINDS[alert.rule].unit


def is_below(alert: Alert) -> bool:
    """Whether lower values are worse."""
    return alert.below if alert.what or alert.rule not in KINDS else KINDS[alert.rule].below


def present(alert: Alert, now: float) -> float | None:
    """Its value at a time. That of a silent node grows by itself: nobody sends it again."""
    if alert.rule != SILENT or alert.has_ended:
        return alert.value
    return max(alert.value or 0.0, alert.threshold + alert.seconds(now))


def peak(alert: Alert, now: float) -> float | None:
    """Its worst value up to a time."""
    return alert.peak if alert.rule != SILENT or alert.has_ended else present(alert, now)


def value(alert: Alert, number: float | None) -> str:
    """A value with the unit of its rule."""
    sign = unit(alert)
    if number is None:
        return UNKNOWN
    if sign == "°":
        return f"{number:.0f} °C"
    if sign == "s":
        return units.duration(number)
    if sign == "h":
        return f"{number:.1f} h left" if number < 99.95 else "more than 99 h left"
    if sign == "s left":
        return f"{units.duration(number)} left"
    if sign in ("B", "B/s"):
        return units.size(number) + sign[1:]
    return units.count(number) if not sign else f"{number:.0f}{'%' if sign == '%' else ' ' + sign}"
