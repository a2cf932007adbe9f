"""The cells of a row of the alert inbox. Pure."""

from collections.abc import Callable

from nodetop.alerts import words
from nodetop.alerts.alert import SEVERITIES, Alert
from nodetop.base import units
from nodetop.base.text import clean, fit, fit_host, fit_middle, fit_right
from nodetop.base.when import clock_text
from nodetop.drawing.runs import Run
from nodetop.widgets.base.columns import Column
from nodetop.widgets.base.panel_parts import temperature_field
from nodetop.widgets.base.view import View

_DAY = 86_400

COLUMNS: tuple[Column, ...] = (
    Column("severity", 10, 10, 10, 0, "SEVERITY", right=False),
    Column("node", 8, 18, 48, 1, "NODE", right=False),
    Column("what", 16, 20, 44, 0, "WHAT", right=False),
    Column("now", 6, 6, 7, 1, "NOW"),
    Column("limit", 7, 7, 8, 4, "LIMIT"),
    Column("peak", 6, 6, 7, 5, "PEAK"),
    Column("since", 10, 10, 10, 2, "SINCE"),
    Column("lasts", 7, 7, 7, 1, "FOR"),
    Column("culprit", 14, 18, 32, 3, "ON TOP", right=False),
    Column("state", 8, 14, 18, 1, "STATE", right=False),
)
Cell = Callable[[Alert, View, int], Run]


def sign(alert: Alert, view: View) -> Run:
    """The mark of its severity, in its style."""
    if alert.has_ended:
        return ("dim", view.glyphs.separator)
    style = SEVERITIES[alert.severity]
    return (style, view.glyphs.critical if alert.severity == 2 else view.glyphs.warning)


def name(alert: Alert) -> str:
    """ "file system /srv", "cpu busy" """
    return words.title(alert)


def number(alert: Alert, value: float | None, view: View) -> str:
    """A value in the unit of its rule."""
    unit = words.unit(alert)
    if value is None:
        return view.glyphs.unknown
    if unit == "°":
        return temperature_field(value, view.fahrenheit, view.glyphs).strip()
    if unit == "s":
        return units.age(value)
    if unit == "h":
        return f"{value:.1f}h" if value < 99.95 else ">99h"
    if unit in ("B", "B/s"):
        return units.size(value) + unit[1:]
    return units.count(value) if not unit else f"{value:.0f}{unit}"


def moment(at: float, now: float) -> str:
    """The time of day; with the weekday if it is more than a day ago."""
    return clock_text(at, "%H:%M:%S" if now - at < _DAY else "%a %H:%M")


def state(alert: Alert, view: View) -> str:
    """ "open", "acked", "unknown", "muted 7h", "ended 14:20:03" """
    if alert.ended_at is not None:
        return f"ended {moment(alert.ended_at, view.now)}"
    if alert.muted_until is not None:
        return f"muted {units.duration(max(alert.muted_until - view.now, 0.0))}"
    if alert.state == "unknown":
        return "unknown"
    return "acked" if alert.acknowledged else "open"


def _severity(alert: Alert, view: View, cells: int) -> Run:
    style, mark = sign(alert, view)
    return (style, fit(f"{mark} {SEVERITIES[alert.severity]}", cells))


def _limit(alert: Alert, view: View) -> str:
    below = words.is_below(alert)
    at_most, at_least = ("<=", ">=") if view.glyphs.ascii_only else ("≤", "≥")
    compared = at_most if below else at_least
    return f"{compared} {number(alert, alert.threshold, view)}"


def _state(alert: Alert, view: View, cells: int) -> Run:
    style = "text" if alert.needs_attention else "dim"
    if alert.state == "unknown" and not alert.has_ended:
        style = "warning"
    return (style, fit(state(alert, view), cells, view.glyphs.ellipsis))


def _value(alert: Alert, view: View, cells: int) -> Run:
    style = "dim" if alert.has_ended or alert.state == "unknown" else "value"
    return (style, fit_right(number(alert, None if alert.has_ended else words.present(alert, view.now), view), cells))


def _since(alert: Alert, view: View, cells: int) -> Run:
    text = moment(alert.started_at, view.now)
    return ("text", fit_right(("<" if alert.since_before else "") + text, cells))


CELLS: dict[str, Cell] = {
    "severity": _severity,
    "node": lambda alert, view, cells: ("value", fit_host(clean(alert.node), cells, view.glyphs.ellipsis)),
    "what": lambda alert, view, cells: ("text", fit_middle(clean(name(alert)), cells, view.glyphs.ellipsis)),
    "now": _value,
    "peak": lambda alert, view, cells: ("text", fit_right(number(alert, words.peak(alert, view.now), view), cells)),
    "limit": lambda alert, view, cells: ("dim", fit_right(_limit(alert, view), cells)),
    "since": _since,
    "lasts": lambda alert, view, cells: ("text", fit_right(units.duration(alert.seconds(view.now)), cells)),
    "culprit": lambda alert, view, cells: (
        "accent" if alert.culprit else "dim",
        fit(clean(alert.culprit) if alert.culprit else view.glyphs.unknown, cells, view.glyphs.ellipsis),
    ),
    "state": _state,
}
