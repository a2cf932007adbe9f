"""Columns chosen by room."""

import pytest

from nodetop.drawing.runs import plain
from nodetop.widgets.base.columns import Column, apart_from_mark, columns_width, fit_columns

GRAPHS = (
    Column("name", 4, 8, 8, 0, "name", right=False),
    Column("in", 2, 4, 40, 3, ""),
    Column("out", 2, 4, 40, 3, ""),
)


@pytest.mark.parametrize("width", range(0, 120, 7))
def test_columns_of_one_rank_are_equally_wide(width: int) -> None:
    widths = fit_columns(GRAPHS, width)
    assert columns_width(widths) <= width or not widths
    assert ("in" in widths) == ("out" in widths)
    assert abs(widths.get("in", 0) - widths.get("out", 0)) <= 1


def test_room_is_used_up_to_what_the_columns_can_take() -> None:
    assert fit_columns(GRAPHS, 60) == {"name": 8, "in": 25, "out": 25}
    assert fit_columns(GRAPHS, 200) == {"name": 8, "in": 40, "out": 40}


def test_the_last_title_does_not_touch_the_mark_of_sorting() -> None:
    cpu, command = ("table.sorted", "CPU%▼"), ("table.header", "COMMAND")
    assert plain(apart_from_mark([cpu, command])) == "CPU%▼ COMMAND"
    assert apart_from_mark([command]) == [command]
    assert apart_from_mark([("table.header", "CPU% "), command])[-1] == command
