"""What is shown in the top edge of the process list. Pure."""

from nodetop.base.text import clean
from nodetop.base.units import UNKNOWN
from nodetop.drawing.runs import Line
from nodetop.history.means import MeanSnapshot
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.columns import SORTS
from nodetop.widgets.processes.key import KTHREADD
from nodetop.widgets.processes.state import ProcessState


def ascends(state: ProcessState) -> bool:
    """Whether the smallest value comes first."""
    return SORTS[state.sort].ascending is not state.reverse


def subtitle(state: ProcessState, view: View) -> list[Line]:
    """How many there are, the sort order, and settings that differ from the default."""
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
    kernel = sum(not row.command and row.ppid == KTHREADD for row in summary.rows)
    if kernel:
        counts.append(("dim", f"{dot}{kernel} of the kernel"))
    if isinstance(view.snapshot, MeanSnapshot):
        counts = [("paused", "only the top processes, peak values")]
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
    """Why the list is incomplete, up to the first colon; nothing if it is complete."""
    reports = view.snapshot.probes if view.snapshot is not None else ()
    reasons = (each.reason for each in reports if each.name == "processes" and each.status == "ok")
    reason = next((reason for reason in reasons if reason), None)
    return [[("warning", f"{view.glyphs.warning} {clean(reason.partition(':')[0])}")]] if reason else []


def position(state: ProcessState, visible: int) -> list[Line]:
    """Which rows of how many are visible, if not all are."""
    row = state.current
    if row is not None and not state.is_in_sight:
        where = f"on {row.pid}, row {state.index + 1}"
        return [[("warning", where)], [("dim", f"{state.top + 1}-{state.top + visible}/{len(state.rows)}")]]
    if visible >= len(state.rows):
        return [[("dim", str(len(state.rows)))]] if state.filter.predicates or state.user else []
    return [[("dim", f"{state.top + 1}-{state.top + visible}/{len(state.rows)}")]]


def count_text(value: int | None) -> str:
    """A count in full, so that it can be compared with that of ps."""
    return UNKNOWN if value is None else str(value)
