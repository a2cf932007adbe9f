"""What stands in the upper edge of the process list. Pure."""

from nodetop.base.text import clean
from nodetop.base.units import UNKNOWN
from nodetop.drawing.runs import Line
from nodetop.history.means import MeanSnapshot
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.columns import SORTS
from nodetop.widgets.processes.state import ProcessState


def ascends(state: ProcessState) -> bool:
    """Whether the first row is the one with the least."""
    return SORTS[state.sort].ascending is not state.reverse


def details(state: ProcessState, view: View) -> list[Line]:
    """How many there are, in which order, and what is not as it is at first."""
    summary = view.snapshot.processes if view.snapshot is not None else None
    if summary is None:
        return []
    dot = f" {view.glyphs.separator} "
    counts: Line = [("text", count_text(summary.total))]
    if summary.running is not None:
        counts.append(("dim", f"{dot}{summary.running} running"))
    if summary.zombie:
        counts.append(("warning", f"{dot}{summary.zombie} zombie"))
    if summary.threads is not None:
        counts.append(("dim", f"{dot}{count_text(summary.threads)} threads"))
    if isinstance(view.snapshot, MeanSnapshot):
        counts = [("paused", "top ones, each at its highest")]
    order = view.glyphs.up if ascends(state) else view.glyphs.down
    pieces: list[Line] = [counts, *_partly(view), [("accent", f"{state.sort} {order}")]]
    if state.layout != "flat":
        pieces.append([("accent", "tree" if state.layout == "tree" else f"by {state.layout}")])
    if state.tags.keys:
        pieces.append([("key", f"{len(state.tags)} tagged")])
    pieces += state.filter.shown()
    if state.user is not None:
        pieces.append([("label", "user "), ("match", clean(state.user))])
    marks = (
        ("follow", state.follow), ("threads", state.threads), ("no kernel threads", state.hide_kernel),
        ("whole branches", state.whole and state.layout == "tree"), ("of machine", view.cpu_of_machine),
    )  # fmt: skip
    pieces += [[("label", text)] for text, is_on in marks if is_on]
    return pieces


def _partly(view: View) -> list[Line]:
    """Why these are not all processes there are, without the details after a colon."""
    reports = view.snapshot.probes if view.snapshot is not None else ()
    told = (each.reason for each in reports if each.name == "processes" and each.status == "ok")
    reason = next((reason for reason in told if reason), None)
    return [[("warning", f"{view.glyphs.warning} {clean(reason.partition(':')[0])}")]] if reason else []


def position(state: ProcessState, visible: int) -> list[Line]:
    """Which rows of how many are on the screen, where that are not all."""
    if visible >= len(state.rows):
        return [[("dim", str(len(state.rows)))]] if state.filter.predicates or state.user else []
    return [[("dim", f"{state.top + 1}-{state.top + visible}/{len(state.rows)}")]]


def count_text(value: int | None) -> str:
    """A count in full: people compare it with what ps says."""
    return UNKNOWN if value is None else str(value)
