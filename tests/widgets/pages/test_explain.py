"""The list of values and the page that explains one of them, as text."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nodetop.drawing.glyphs import ASCII
from nodetop.drawing.runs import line_width, plain
from nodetop.drawing.theme import SELECTED
from nodetop.drawing.themes import THEMES
from nodetop.explanations.amount import Amount
from nodetop.model.quantity import Unit
from nodetop.model.raw_file import RawLines
from nodetop.model.snapshot import NodeSnapshot
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.explain import ExplainPanel
from nodetop.widgets.pages.explain_text import Raw, amount_text
from tests.widgets.node.test_panel_sizes import views
from tests.widgets.scenes import limited, server
from tests.widgets.workloads.workload_scenes import SIDE, with_workloads

SNAPSHOT = limited(7)


def panel(snapshot: NodeSnapshot = SNAPSHOT, name: str = "memory") -> ExplainPanel:
    shown = ExplainPanel()
    shown.state.show(snapshot, None)
    shown.state.choose_panel(name)
    return shown


def text(shown: ExplainPanel, width: int = 100, height: int = 40, view: View | None = None) -> str:
    return "\n".join(plain(line) for line in shown.lines(view or View(snapshot=SNAPSHOT), width, height))


def check(shown: ExplainPanel, view: View, width: int, height: int) -> None:
    lines = shown.lines(view, width, height)
    assert len(lines) == height
    for line in lines:
        assert line_width(line) == width, plain(line)
        assert all(style.removeprefix(SELECTED) in THEMES["dark"].styles for style, _ in line)
        assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs") for character in plain(line))


def test_the_page_says_formula_numbers_source_and_what_others_show() -> None:
    shown = panel()
    shown.state.raw = Raw((RawLines("/proc/meminfo", ("MemTotal: 65 kB",)),))
    page = text(shown)
    for part in (
        "─ memory ─ used ─", "All memory except what programs could still get", "MemTotal − MemAvailable", " = ",
        "/proc/meminfo", "MemTotal: 65 kB", "free, top, btop, psutil  the same", "htop, bottom",
        "MemTotal − MemFree − Buffers − (Cached + SReclaimable) + Shmem", "· The ZFS cache above",
    ):  # fmt: skip
        assert part in page


def test_where_the_kernel_cannot_be_asked_the_snapshots_own_fields_stand() -> None:
    shown = panel()
    shown.state.raw = Raw(None)
    page = text(shown)
    assert SNAPSHOT.memory is not None
    assert f"used_bytes {SNAPSHOT.memory.used_bytes}" in page
    assert "can be read only on the host itself" in page


def test_why_a_file_could_not_be_read_is_told() -> None:
    shown = panel()
    shown.state.raw = Raw((RawLines("/proc/meminfo", (), "Permission denied"),))
    assert "Permission denied" in text(shown)


def test_the_list_has_every_panel_and_the_bar_goes_over_headings() -> None:
    shown = panel(name="cpu")
    seen = []
    for _ in range(400):
        chosen = shown.state.current
        assert chosen is not None
        seen.append(chosen.key)
        shown.state.move(1)
    distinct = list(dict.fromkeys(seen))
    assert {panel for panel, _, _ in distinct} == {
        "cpu", "memory", "disks", "network", "temperature", "processes", "header"
    }  # fmt: skip
    assert ("memory", "limited by its group", "limit used") in distinct
    shown.state.move(-10_000)
    assert shown.state.current is not None and shown.state.current.key == distinct[0]


def test_panels_follow_each_other_round() -> None:
    shown, names = panel(name="cpu"), []
    for _ in range(8):
        assert shown.state.current is not None
        names.append(shown.state.current.panel)
        shown.state.next_panel(1)
    assert names == ["cpu", "memory", "disks", "network", "temperature", "processes", "header", "cpu"]


def test_the_chosen_value_stays_as_samples_come_and_things_go() -> None:
    shown = panel(name="network")
    shown.state.move(30)
    before = shown.state.current
    shown.state.show(server(8), None)
    assert before is not None and shown.state.current is not None and shown.state.current.key == before.key
    shown.state.show(NodeSnapshot(node="n", taken_at=1.0), None)
    assert shown.state.current is not None and shown.state.current.entry.name == "interval"


def test_a_click_finds_the_row_that_is_drawn_there() -> None:
    shown = panel(name="cpu")
    lines = text(shown, 100, 20).split("\n")
    y = next(y for y, line in enumerate(lines) if line.startswith("│  iowait "))
    row = shown.row_at(5, y)
    assert row is not None
    shown.state.select(row)
    assert shown.state.current is not None and shown.state.current.entry.name == "iowait"
    assert shown.row_at(99, 5) is None and shown.row_at(0, 0) is None


def test_long_pages_scroll_and_say_how_much_is_left() -> None:
    shown = panel()
    assert "more lines" in text(shown, 80, 12)
    shown.state.text.end()
    assert "more lines" not in text(shown, 80, 12)
    assert "RSS over all processes" in text(shown, 80, 12).replace("\n", " ") or shown.state.text.top > 5


@pytest.mark.parametrize("size", [(1, 1), (11, 5), (40, 10), (60, 20), (79, 24), (80, 24), (160, 48), (240, 70)])
def test_every_value_of_a_server_at_every_size(size: tuple[int, int]) -> None:
    shown, view = panel(name="cpu"), View(snapshot=SNAPSHOT)
    for index in range(len(shown.state.rows)):
        shown.state.select(index)
        check(shown, view, *size)


def test_in_ascii_every_character_is() -> None:
    shown, view = panel(name="cpu"), View(snapshot=SNAPSHOT, glyphs=ASCII)
    for index in range(len(shown.state.rows)):
        shown.state.select(index)
        shown.state.raw = Raw(None)
        assert text(shown, 100, 60, view).isascii(), shown.state.current


@given(view=views(), width=st.integers(1, 130), height=st.integers(1, 40), steps=st.integers(0, 300))
def test_any_node_at_any_size(view: View, width: int, height: int, steps: int) -> None:
    shown = ExplainPanel()
    shown.state.show(view.snapshot or NodeSnapshot(node="n", taken_at=1.0), None)
    shown.state.choose_panel("disks")
    shown.state.move(steps)
    shown.state.raw = Raw(None)
    check(shown, view, width, height)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "bytes", "–"), (1536, "bytes", "1.5K"), (1536, "bytes/s", "1.5K/s"), (8e6, "bit/s", "8.0Mbit/s"),
        (12.34, "kB/s", "12.3 kB/s"), (37.26, "percent", "37.3%"), (1234567, "count", "1 234 567"),
        (2.5, "count/s", "2.5/s"), (0.0123, "seconds", "12.3 ms"), (2.0125, "seconds", "2.013 s"),
        (0.465, "seconds", "0.465 s"), (42.0, "seconds", "42.00 s"), (1e300, "moment", "--:--:--"),
        (93784.0, "seconds", "1d 2h"), (0.31, "ms", "0.31 ms"), (61.5, "celsius", "61.5°C"), (1.5, "cores", "1.50"),
        (2900.0, "mhz", "2900 MHz"), (0.5, "load", "0.50"), ("R\x1b[", "text", "R·["), (90.0, "time", "1m 30s"),
        (1000.0, "mbit/s", "1000 Mbit/s"),
        (time.mktime((2026, 11, 24, 9, 5, 7, 0, 0, -1)), "moment", "2026-11-24 09:05"),
    ],
)  # fmt: skip
def test_numbers_have_their_units(value: float | str | None, unit: Unit, shown: str) -> None:
    assert amount_text(Amount(value, unit), View()) == shown


def test_temperatures_are_in_the_unit_of_the_screen() -> None:
    assert amount_text(Amount(100.0, "celsius"), View(fahrenheit=True)) == "212.0°F"


def test_a_view_without_a_snapshot() -> None:
    assert "nothing to explain yet" in text(ExplainPanel(), 100, 10, View())


@pytest.mark.parametrize("width", [80, 100, 240])
def test_a_long_text_is_whole_on_its_page_and_leaves_its_name_in_the_list(width: int) -> None:
    """What permission would give a name is such a text."""
    why = "its name is in Docker's state, which only root or its user may read; the group docker may ask Docker"
    snapshot = with_workloads()
    assert snapshot.workloads is not None
    rows = tuple(replace(row, unnamed=why) if row.group == SIDE else row for row in snapshot.workloads.rows)
    snapshot = replace(snapshot, workloads=replace(snapshot.workloads, rows=rows))
    shown = ExplainPanel()
    shown.state.show(snapshot, SIDE)
    found = next(
        n for n, row in enumerate(shown.state.rows) if not isinstance(row, str) and row.entry.name == "why no name"
    )
    shown.state.select(found)
    lines = text(shown, width, 40, View(snapshot=snapshot)).split("\n")
    page = " ".join(line.partition("││")[2].strip(" │") for line in lines)
    assert why in " ".join(page.split())
    assert any(line.startswith("│  why no name ") for line in lines)
