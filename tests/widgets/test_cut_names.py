"""Names that differ only at their end keep that end, wherever they are cut."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

import nodetop
from nodetop.alerts.alert import Alert
from nodetop.alerts.board import board
from nodetop.drawing.runs import plain
from nodetop.model.cgroups import WorkloadSummary
from nodetop.model.snapshot import FilesystemMetrics, NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.screens.acting.words import title_of
from nodetop.widgets.alerts.inbox import AlertListPanel
from nodetop.widgets.alerts.state import AlertListState
from nodetop.widgets.base.view import Panel, View
from nodetop.widgets.menus.confirm import ConfirmPanel
from nodetop.widgets.menus.menu import MenuPanel
from nodetop.widgets.node_parts.filesystem_rows import filesystem_rows
from nodetop.widgets.processes.table import ProcessPanel
from nodetop.widgets.workloads.table import WorkloadsPanel
from tests.widgets.workloads.workload_scenes import rows

STEM = "customers-of-europe-central-production-"
NAMES = f"{STEM}x1", f"{STEM}x2"
PROCESSES = tuple(
    ProcessMetrics(pid=pid, name=name, user=name, command=f"/bin/{name}", started_at=1.0, cpu_percent=1.0)
    for pid, name in enumerate(NAMES, 100)
)
WORKLOADS = tuple(replace(rows()[5], name=name, group=f"/{name}") for name in NAMES)
ALERTS = tuple(Alert(node=name, rule="cpu", severity=2, started_at=1.0) for name in NAMES)
SNAPSHOT = NodeSnapshot(
    node="n", taken_at=2.0, processes=ProcessSummary(total=2, rows=PROCESSES),
    workloads=WorkloadSummary(groups=2, total=2, units=2, rows=WORKLOADS),
)  # fmt: skip


def inbox() -> AlertListPanel:
    state = AlertListState()
    state.take(board(list(ALERTS)))
    return AlertListPanel(state)


PANELS: dict[str, tuple[Panel, int, int]] = {
    "users of processes": (ProcessPanel(), 80, 1),
    "workloads": (WorkloadsPanel(), 60, 1),
    "nodes of alerts": (inbox(), 120, 1),
    "choices of a menu": (MenuPanel("user", NAMES), 30, 1),
    "processes to signal": (ConfirmPanel("signal", PROCESSES, (), 2.0), 76, 2),
}


@pytest.mark.parametrize("name", PANELS)
def test_the_end_of_a_name_stays(name: str) -> None:
    panel, width, times = PANELS[name]
    lines = [plain(line) for line in panel.lines(View(snapshot=SNAPSHOT, now=2.0), width, 12)]
    for end in ("x1", "x2"):
        shown = next(line for line in lines if f"{end}" in line)
        assert shown.count(end) >= times, lines
        assert STEM not in shown  # it was cut


def test_a_process_in_a_title_and_the_start_of_a_wide_path() -> None:
    assert title_of(PROCESSES[:1]) == "customers-of…oduction-x1 (100)"
    wide = FilesystemMetrics(
        device="/dev/sda", mount_point="/srv/" + "漢" * 40 + "/x1", fs_type="xfs", total_bytes=1, used_bytes=0
    )
    text = "\n".join(plain(line) for line in filesystem_rows([wide], View(), 40, 4))
    assert "漢/x1 " in text


def test_no_name_is_cut_at_its_end() -> None:
    field = r"\b(name|node|user|interface|device|mount_point|container)\b"
    cut_at_end = re.compile(rf"\b(fit|cut)\((clean\()?[a-z_.\[\]0-9]*\.{field}")
    folder = Path(nodetop.__file__).parent
    found = [
        f"{path.relative_to(folder)}: {match[0]}"
        for part in ("widgets", "screens")
        for path in (folder / part).rglob("*.py")
        for match in cut_at_end.finditer(path.read_text())
    ]
    ours = (
        "widgets/menus/options.py",
        "widgets/details/rows.py",
    )  # of options and of limits, which have a known length
    assert [each for each in found if not each.startswith(ours)] == []
