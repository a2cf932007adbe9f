"""What nodetop costs the node, and which of its probes are late: pieces of the header."""

from nodetop.base import units
from nodetop.base.text import clean
from nodetop.drawing.runs import Line
from nodetop.model.derived import has_failed
from nodetop.model.snapshot import FilesystemMetrics, NodeSnapshot, ProbeReport
from nodetop.widgets.base.view import View

SLOW_PROBE_SECONDS = 1.0


def own_cost(snapshot: NodeSnapshot | None) -> list[Line]:
    """CPU of one core, resident memory, duration of one sampling; only the CPU if there is less room. Fields have a
    fixed width, so that nothing moves as digits change."""
    cost = snapshot.monitor if snapshot else None
    if cost is None:
        return []
    cpu = units.percent(cost.cpu_percent, 1 if (cost.cpu_percent or 0) < 99.95 else 0)
    cpu += "" if cost.cpu_percent is None else "%"
    cpu = f" {cpu:>5}"
    rest = f" {units.size(cost.resident_bytes):>5} {_took(cost.sampling_seconds):>5}"
    return [[("label", "nodetop"), ("dim", text)] for text in (cpu + rest, cpu)]


def late_probes(view: View) -> list[Line]:
    """Each probe that failed, is late or hangs, and why; only their names if there is less room."""
    snapshot = view.snapshot
    if snapshot is None:
        return []
    late = {report.name: _lateness(report) for report in snapshot.probes if _is_late(report)}
    silent = silent_mounts(snapshot.filesystems or ())
    if silent:
        report = next((each for each in snapshot.probes if each.name == "filesystems"), None)
        old = f" {units.age(report.age_seconds)} old" if report and (report.age_seconds or 0) >= 1 else ""
        silence = f"{old}: {clean(silent[0])} does not answer" + (f", +{len(silent) - 1}" if silent[1:] else "")
        late["filesystems"] = silence
    if not late:
        return []
    names = ", ".join(clean(name) for name in late)
    texts = ", ".join(f"{clean(name)}{said}" for name, said in late.items())
    return [[("warning", f"{view.glyphs.warning} {text}")] for text in (texts, names)]


def silent_mounts(filesystems: tuple[FilesystemMetrics, ...]) -> list[str]:
    """Mount points that do not respond while others do. If none does, perhaps none was asked."""
    silent = [each.mount_point for each in filesystems if each.total_bytes is None and each.asked]
    return silent if len(silent) < len(filesystems) else []


def _is_late(report: ProbeReport) -> bool:
    return has_failed(report) or (report.status != "stale" and (report.seconds or 0.0) > SLOW_PROBE_SECONDS)


def _lateness(report: ProbeReport) -> str:
    """What follows the probe's name."""
    reason = f": {clean(report.reason)}" if report.reason else ""
    if report.status == "failed":
        return f" failed{reason}"
    if report.status == "stale":
        return f" {units.age(report.age_seconds)} old{reason}" if report.age_seconds is not None else reason
    return f" takes {units.milliseconds(1000 * (report.seconds or 0.0))}"


def _took(seconds: float | None) -> str:
    """At most five characters: 0.7ms, 12ms, 1.2s."""
    if seconds is None:
        return units.UNKNOWN
    milliseconds = 1000 * seconds
    if milliseconds >= 999.5:
        return units.milliseconds(max(milliseconds, 1000.0))
    return f"{milliseconds:.0f}ms" if milliseconds >= 0.95 else f"{milliseconds:.1f}ms"
