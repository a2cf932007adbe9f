"""The help page: what it holds, how it fits, and that headings stay in view."""

from collections.abc import Callable

import pytest

from nodetop.drawing.glyphs import ASCII, UNICODE, Glyphs
from nodetop.drawing.runs import plain
from nodetop.keys.keymap import keymap
from nodetop.keys.node import NODE
from nodetop.keys.tables import TABLES
from nodetop.screens.base.filter_help import PROCESSES_FILTER
from nodetop.screens.base.legend import alert_marks, cluster_marks, node_marks, trend_marks, workload_marks
from nodetop.screens.help import sections
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.help import HelpPanel
from nodetop.widgets.pages.section import Section


def panel() -> HelpPanel:
    return HelpPanel([*sections(NODE, keymap()), node_marks(UNICODE), PROCESSES_FILTER])


def text(shown: HelpPanel, width: int, height: int) -> list[str]:
    return [plain(line) for line in shown.lines(View(), width, height)]


def test_all_of_it_fits_a_usual_screen() -> None:
    shown = "\n".join(text(panel(), 160, 47))
    assert "▼" not in shown.splitlines()[-1]
    for part in ("1 … 6", "M-1 … M-6", "F9 ^X", "Up Down", "‼", "!java", "nodetop 1% 42M"):
        assert part in shown


@pytest.mark.parametrize("size", [(80, 23), (120, 39), (40, 9)])
def test_a_smaller_screen_scrolls_to_the_end_with_a_heading_above(size: tuple[int, int]) -> None:
    shown = panel()
    first = text(shown, *size)
    titles = [section.title for section in (*sections(NODE, keymap()), node_marks(UNICODE), PROCESSES_FILTER)]
    assert "▼" in first[-1] and all(len(line) == size[0] for line in first)
    seen = "\n".join(first)
    while shown.window.top + shown.window.height < shown.window.length:
        shown.window.page(1.0)
        lines = text(shown, *size)
        assert any(title[:20] in lines[1] for title in titles), lines[1]
        seen += "\n".join(lines)
    assert "like ~, where" in seen and "CPU affinity" in seen


@pytest.mark.parametrize("table", TABLES)
def test_every_key_of_every_screen_is_in_the_help(table: str) -> None:
    keys = keymap()
    lines = " ".join(left for section in sections(TABLES[table], keys) for left, _ in section.rows)
    for action in TABLES[table]:
        for key in keys.of(action):
            is_between = action.id.startswith(("panel_", "toggle_", "section_", "window_"))
            assert is_between or key in lines.split(), (action.id, key)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (node_marks, "‼ ! ● ▶ – ▁ ▄ █ ↓ ↑ !12 ▲ ▼ ▸ ▾ i97% +3 R K ~ +5 rec"),
        (cluster_marks, "‼ ! ● × ▶ – ▁ ▄ █ CPU%▼"),
        (workload_marks, "‼ ! ▸ ▾ – CPU%▼"),
        (alert_marks, "‼ ! · <14:03:20 unknown acked muted –"),
        (trend_marks, "‼ ! ● R K ~"),
    ],
    ids=["node", "cluster", "workloads", "alerts", "trends"],
)
def test_every_mark_of_a_screen_is_in_its_legend_in_the_characters_of_the_terminal(
    marks: Callable[[Glyphs], Section], expected: str
) -> None:
    shown = " ".join(left for left, _ in marks(UNICODE).rows).split()
    assert set(expected.split()) <= set(shown)
    assert " ".join(left for left, _ in marks(ASCII).rows).isascii()
