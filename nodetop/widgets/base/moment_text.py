"""A time in the past as text. Pure."""

from nodetop.base import units
from nodetop.base.when import clock_text
from nodetop.drawing.runs import Line
from nodetop.history.means import MeanSnapshot
from nodetop.widgets.base.view import View

_LATE_SECONDS = 60.0
_LATE_INTERVALS = 3


def moment_text(at: float, now: float) -> str:
    """The time of day; with the date if that is not today."""
    day = clock_text(at, "%Y-%m-%d")
    if day == clock_text(now, "%Y-%m-%d"):
        return clock_text(at)
    return f"{day if day[:4] != clock_text(now, '%Y') else clock_text(at, '%d %b')} {clock_text(at)}"


def mean_text(seconds: float) -> str:
    """The label of a mean that is shown in place of a sample: "5-minute mean"."""
    return f"{seconds / 60:g}-minute mean" if seconds >= 60 else f"{seconds:g}-second mean"


def replay_text(view: View) -> str:
    """How far a recording was played: "replay 2m 10s of 15m 0s"."""
    if view.replayed is None:
        return "replay"
    played, whole = view.replayed
    if played >= whole:
        return f"replay, end of {units.duration(whole)}"
    return f"replay {units.duration(played)} of {units.duration(whole)}"


def past_state(view: View) -> Line:
    """The time at which a node is shown. If there is no sample from that time, the text says so."""
    snapshot, glyphs = view.snapshot, view.glyphs
    assert snapshot is not None
    moment = snapshot.taken_at if view.moment is None else view.moment
    is_mean = isinstance(snapshot, MeanSnapshot)
    end = snapshot.taken_at + (snapshot.seconds if isinstance(snapshot, MeanSnapshot) else 0.0)
    gap = moment - end
    interval = 0.0 if is_mean else snapshot.interval or 0.0
    if gap > max(_LATE_SECONDS, _LATE_INTERVALS * interval):
        text = f"{glyphs.critical} {moment_text(moment, view.now)}, last sample {units.duration(gap)} earlier"
        return [("stale", text)]
    shown = moment_text(snapshot.taken_at, view.now)
    if moment < snapshot.taken_at:
        return [("stale", f"{glyphs.critical} no data from {moment_text(moment, view.now)}, this is {shown}")]
    if isinstance(snapshot, MeanSnapshot):
        until = clock_text(min(end, view.now), "%H:%M")  # the last point is not over yet
        return [("paused", f"{glyphs.cursor} {shown[:-3]}-{until} {mean_text(snapshot.seconds)}")]
    ago = max(0.0, view.now - snapshot.taken_at)
    return [("paused", f"{glyphs.cursor} {shown}, {units.duration(ago)} ago")]


def moment_line(view: View, mean_seconds: float | None, *, is_known: bool) -> Line:
    """The time at which all nodes are shown. `is_known`: the data on the screen is from that time already."""
    assert view.moment is not None
    at, ago = moment_text(view.moment, view.now), units.duration(max(0.0, view.now - view.moment))
    if not is_known:
        return [("paused", f"{view.glyphs.cursor} going to {at}")]
    means = f" {view.glyphs.separator} {mean_text(mean_seconds)}s" if mean_seconds else ""
    return [("paused", f"{view.glyphs.cursor} {at}, {ago} ago{means}")]
