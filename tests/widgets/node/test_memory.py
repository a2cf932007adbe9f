"""The memory panel as text."""

from nodetop.drawing.runs import plain
from nodetop.history.means import mean_snapshot
from nodetop.model.snapshot import HistoryPoint, MemoryMetrics, NodeSnapshot, Pressure, Stat
from nodetop.widgets.base.view import View
from nodetop.widgets.node.memory import MemoryPanel

GIB = 2**30
FULL = MemoryMetrics(
    total_bytes=64 * GIB, used_bytes=40 * GIB, available_bytes=24 * GIB, free_bytes=8 * GIB, buffers_bytes=GIB,
    cached_bytes=15 * GIB, used_percent=62.5, swap_total_bytes=8 * GIB, swap_used_bytes=2 * GIB,
    swap_in_bytes_per_second=0.0, swap_out_bytes_per_second=4096.0,
    pressure=Pressure(some_10s_percent=1.5, full_10s_percent=0.0),
)  # fmt: skip


def text(memory: MemoryMetrics, width: int, height: int) -> list[str]:
    view = View(snapshot=NodeSnapshot(node="n", taken_at=1.0, memory=memory))
    view.ring.add(view.snapshot or NodeSnapshot(node="n", taken_at=1.0))
    return [plain(line) for line in MemoryPanel().lines(view, width, height)]


def row(lines: list[str], label: str) -> str:
    return next(line for line in lines if label in line)


def test_all_kinds_of_memory_have_a_row() -> None:
    lines = text(FULL, 46, 16)
    assert "62%  ─ 40.0G / 64.0G ─╮" in lines[0]
    assert row(lines, "used").endswith(" 40.0G  62% │")
    assert row(lines, "available").endswith(" 24.0G  38% │")
    assert row(lines, "cache").endswith(" 15.0G  23% │")
    assert row(lines, "swap").endswith("  2.0G  25% │")
    assert "in    0B/s  out  4.0K/s  of  8.0G" in row(lines, " in ")
    assert "pressure memory some   1.5 full   0.0" in row(lines, "pressure")


def test_the_rows_that_matter_most_stay() -> None:
    labels = ("used", "swap", "cache", "available", "free", "buffers")
    shown = [{label for label in labels if any(f"│{label} " in line for line in text(FULL, 46, h))} for h in (3, 4, 8)]
    assert shown[0] == {"used"}
    assert shown[1] == {"used", "swap"}
    assert shown[2] >= {"used", "swap", "cache", "available"}


def test_parts_of_the_bar_are_in_proportion() -> None:
    panel = MemoryPanel()
    view = View(snapshot=NodeSnapshot(node="n", taken_at=1.0, memory=FULL))
    bar = next(line for line in panel.lines(view, 109, 16) if any(style == "buffers" for style, _ in line))
    assert [(style, len(run)) for style, run in bar[1:5]] == [
        ("memory.6", 40),
        ("cache", 15),
        ("buffers", 1),
        ("faint", 8),
    ]


def test_what_there_is_not_has_no_row_and_unknown_is_a_dash() -> None:
    without = MemoryMetrics(total_bytes=GIB, swap_total_bytes=0, pressure=Pressure(some_10s_percent=0.0))
    assert not any("swap" in line or "pressure" in line for line in text(without, 40, 16))
    assert row(text(MemoryMetrics(), 40, 8), "used").rstrip("│ ").endswith("–    –")


def test_of_the_past_the_share_that_is_known_is_shown_and_no_row_of_dashes() -> None:
    lines = text(MemoryMetrics(used_percent=20.0), 40, 8)
    used = row(lines, "used")
    assert "20%" in used and used.count("━") > 3
    assert not any(name in line for line in lines for name in ("available", "cache", "free", "swap"))


def test_the_arc_has_a_row_where_there_is_one() -> None:
    assert not any("ARC" in line for line in text(FULL, 50, 16))
    with_arc = MemoryMetrics(total_bytes=64 * GIB, used_bytes=GIB, used_percent=2.0, zfs_arc_bytes=10 * GIB)
    assert "10.0G" in row(text(with_arc, 50, 16), "ZFS ARC")


def test_a_nearly_full_memory_is_marked() -> None:
    nearly = MemoryMetrics(total_bytes=100, used_bytes=98, used_percent=98.0)
    assert "98%‼" in text(nearly, 50, 8)[0]
    assert "98%‼" in row(text(nearly, 50, 8), "used")


def test_one_line_says_the_most() -> None:
    assert text(FULL, 40, 1)[0].startswith(" mem 62%")
    assert "40.0G/64.0G" in text(FULL, 40, 1)[0]
    assert text(FULL, 9, 1) == [" mem 62% "]


def mean(**values: Stat) -> View:
    snapshot = mean_snapshot("n", HistoryPoint(at=1.0, samples=9, **values), 300.0)
    view = View(snapshot=snapshot)
    view.ring.add(snapshot)
    return view


def test_the_past_shows_the_shares_that_history_keeps_and_no_row_of_dashes() -> None:
    stats = {"memory_used_percent": Stat(mean=12.0, max=15.0), "swap_used_percent": Stat(mean=3.0, max=4.0)}
    lines = [plain(line) for line in MemoryPanel().lines(mean(**stats), 46, 8)]
    assert "12%" in row(lines, "used") and "3%" in row(lines, "swap")
    assert not any(label in line for line in lines for label in ("available", "cache", "free", "– / –"))
    del stats["swap_used_percent"]
    assert not any("swap" in plain(line) for line in MemoryPanel().lines(mean(**stats), 46, 8))
