"""The cgroup limits of the node, shown in other panels beside the values of the whole machine."""

from nodetop.base import units
from nodetop.base.text import fit, fit_right
from nodetop.drawing.meter import meter
from nodetop.drawing.runs import Line
from nodetop.model.cgroups import CgroupLimits
from nodetop.widgets.base.panel_parts import in_a_row, judged, percent_field, scaled
from nodetop.widgets.base.view import View

_LEAST_METER = 8
_MOST_METER = 30


def limits_of(view: View) -> CgroupLimits | None:
    return view.snapshot.limits if view.snapshot else None


def cpu_limit(view: View, width: int) -> Line | None:
    """`limit 2.0 cores ━━━━ 83% throttled 12%`; None if the CPU is not limited."""
    limits = limits_of(view)
    if limits is None or limits.cpu_limit_cores is None:
        return None
    percent, throttled = limits.cpu_used_percent, limits.cpu_throttled_percent
    used: Line = [(scaled("load", percent), percent_field(percent)), judged("cpu_limit", percent, view)]
    items: list[Line] = [[("label", "limit"), ("value", f" {units.cores(limits.cpu_limit_cores)} cores")], used]
    if throttled is not None:
        sign = judged("throttled", throttled, view)
        style = "value" if throttled else "dim"
        if sign[1] != " ":
            style = "warning"
        items.append([("label", "throttled "), (style, percent_field(throttled)), sign])
    taken = sum(len(text) for item in items for _, text in item) + len(items)
    room = min(width - taken - 1, _MOST_METER)
    if room >= _LEAST_METER:
        items.insert(1, [*meter(percent, room, "load", view.glyphs)])
    return in_a_row(items, width, gap=1)


def cpu_limit_summary(view: View) -> list[Line]:
    """A short form for a panel of one line."""
    limits = limits_of(view)
    if limits is None or limits.cpu_limit_cores is None:
        return []
    percent = limits.cpu_used_percent
    cores: Line = [
        ("label", f"of {units.cores(limits.cpu_limit_cores)} "),
        (scaled("load", percent), percent_field(percent)),
    ]
    return [cores]


def memory_limit(view: View, width: int, label_cells: int, number_cells: int) -> Line | None:
    """A row like those of the memory panel: the limit, and how much of it is used; None if there is none."""
    limits = limits_of(view)
    if limits is None:
        return None
    limit, high, percent = limits.memory_limit_bytes, limits.memory_high_bytes, limits.memory_used_percent
    if limit is None and high is None:
        return None
    is_high = high is not None and (limit is None or high < limit)
    label = fit("high" if is_high else "limit", label_cells)
    share: Line = [
        (scaled("memory", percent), percent_field(percent)),
        judged("memory_limit", percent, view),
    ]
    size = ("value", fit_right(units.size(high if is_high else limit), 6) + " ")
    if width < label_cells + number_cells:
        return in_a_row([[("label", label.rstrip())], share], width, gap=1)
    runs = meter(percent, width - label_cells - number_cells, "memory", view.glyphs)
    return [("label", label), *runs, size, *share]


def kills(view: View, width: int) -> Line | None:
    """The number of processes killed because of the memory limit, and the number of processes if near its limit."""
    limits = limits_of(view)
    items: list[Line] = []
    if limits is not None and limits.oom_kills:
        items.append([("critical", f"{view.glyphs.critical} OOM kills {units.count(limits.oom_kills)}")])
    if limits is not None and limits.pids_limit and (limits.pids_used or 0) >= 0.8 * limits.pids_limit:
        text = f"{view.glyphs.warning} pids {units.count(limits.pids_used)}/{units.count(limits.pids_limit)}"
        items.append([("warning", text)])
    return in_a_row(items, width) if items else None
