"""Panels that hold more than fits: the window over their rows, and the mark that says so."""

import pytest
from msgspec.structs import replace

from nodetop.drawing.runs import plain
from nodetop.model.snapshot import DiskMetrics
from nodetop.widgets.base.view import View
from nodetop.widgets.node.disks import DisksPanel
from nodetop.widgets.node.registry import node_panels
from tests.widgets.scenes import server

WIDTH, HEIGHT = 60, 12
DISKS = tuple(DiskMetrics(device=f"sd{letter}", in_total=True) for letter in "abcdefghijklmnopqrstuvwx")


def view(focused: str | None = "disks") -> View:
    snapshot = replace(server(), filesystems=None, disks=DISKS)
    found = View(snapshot=snapshot, focused=focused)
    found.ring.add(snapshot)
    return found


def drawn(panel: DisksPanel, shown: View) -> list[str]:
    return [plain(line) for line in panel.lines(shown, WIDTH, HEIGHT)]


def test_every_row_of_a_focused_panel_can_be_reached() -> None:
    panel, shown, seen = DisksPanel(), view(), set[str]()
    for _ in range(40):
        seen |= {line[1:].split()[0] for line in drawn(panel, shown)[2:-1]}
        panel.window.move(1)
    assert seen == {disk.device for disk in DISKS}


@pytest.mark.parametrize("height", [4, 5, 6, 12])
def test_every_row_is_seen_on_the_way_of_wheel_and_pages(height: int) -> None:
    for step in ("wheel", "page"):
        panel, shown, seen, top = DisksPanel(), view(), set[str](), -1
        while panel.window.top != top:
            top = panel.window.top
            seen |= {plain(line)[1:].split()[0] for line in panel.lines(shown, WIDTH, height)[2:-1]}
            panel.window.scroll(3) if step == "wheel" else panel.window.page(1.0)
        assert seen == {disk.device for disk in DISKS}, step


def test_the_edge_says_which_rows_are_shown_and_where_more_are() -> None:
    panel, shown = DisksPanel(), view()
    assert "1-10/25 ▼" in drawn(panel, shown)[-1] and "▲" not in drawn(panel, shown)[-1]
    panel.window.move(3)
    assert "▲ 4-13/25 ▼" in drawn(panel, shown)[-1]
    panel.window.end()
    assert "▲ 16-25/25" in drawn(panel, shown)[-1] and "▼" not in drawn(panel, shown)[-1]


def test_the_header_of_a_table_stays_in_view() -> None:
    panel, shown = DisksPanel(), view()
    drawn(panel, shown)
    panel.window.end()
    lines = drawn(panel, shown)
    assert "device" in lines[1] and "sdx" in lines[-2]


def test_a_panel_without_focus_shows_the_most_important_rows_until_it_is_scrolled() -> None:
    panel, shown = DisksPanel(), view(focused="processes")
    lines = drawn(panel, shown)
    assert "+15 disks" in lines[-1] and "▼" not in lines[-1]
    panel.window.scroll(3)
    assert "▲ 4-13/25 ▼" in drawn(panel, shown)[-1]
    panel.window.scroll(-3)
    assert "+15 disks" in drawn(panel, shown)[-1]


def test_what_fits_has_no_mark_and_a_window_that_shrinks_stays_in_the_list() -> None:
    panel, shown = DisksPanel(), view()
    drawn(panel, shown)
    panel.window.end()
    shown.snapshot = replace(server(), filesystems=None, disks=DISKS[:3])
    lines = drawn(panel, shown)
    assert "sda" in lines[2] and "▲" not in lines[-1] and panel.window.top == 0


def test_every_panel_keeps_its_size_while_scrolled() -> None:
    for name, panel in node_panels().items():
        if name not in ("header", "footer"):
            shown = replace(server())
            made = View(snapshot=shown, focused=name)
            made.ring.add(shown)
            for width, height in ((78, 20), (40, 6), (14, 4)):
                for _ in range(3):
                    lines = panel.lines(made, width, height)
                    assert [len(plain(line)) for line in lines] == [width] * height, (name, width, height)
                    if (window := getattr(panel, "window", None)) is not None:
                        window.move(2)
