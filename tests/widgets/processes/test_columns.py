"""Columns: chosen by the width or by the user, each with a cell of its width whatever a row says."""

import time

import pytest

from nodetop.base.text import width
from nodetop.drawing.runs import line_width, plain
from nodetop.model.snapshot import ProcessMetrics
from nodetop.settings.column_names import COLUMN_NAMES
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.columns import ColumnMenuPanel
from nodetop.widgets.processes.columns import COLUMNS, DEFAULT_COLUMNS, SORTS, Measure, columns_for

NOW = 1_700_000_000.0
FULL = ProcessMetrics(
    pid=4194304, ppid=4194303, name="日本語" * 9, user="someone-with-a-name", state="R", cpu_percent=12_800.0,
    memory_percent=100.0, resident_bytes=2**60, virtual_bytes=2**62, threads=123_456, nice=-20, priority=-10_000,
    started_at=NOW - 9e8, cpu_seconds=9e9, read_bytes_per_second=1e18, write_bytes_per_second=1e18, container="x" * 99,
)  # fmt: skip


@pytest.mark.parametrize("row", [FULL, ProcessMetrics(pid=0), ProcessMetrics(pid=2**63 - 1, started_at=1e300)])
@pytest.mark.parametrize("name", COLUMN_NAMES)
def test_a_cell_is_as_wide_as_its_column(name: str, row: ProcessMetrics) -> None:
    assert width(COLUMNS[name].cell(row, Measure(1.0, NOW))[1]) == COLUMNS[name].width


def test_the_names_that_settings_know_are_those_of_the_columns_and_of_orders() -> None:
    assert tuple(COLUMNS) == COLUMN_NAMES
    assert SORTS.keys() - set(COLUMN_NAMES) == {"command"}
    assert set(COLUMN_NAMES) - {"trend"} <= SORTS.keys()


def test_chosen_columns_stand_in_their_order_and_go_by_rank_where_it_is_narrow() -> None:
    chosen = ("name", "priority", "cpu", "pid")
    assert [column.key for column in columns_for(200, chosen)] == list(chosen)
    assert [column.key for column in columns_for(40, chosen)] == ["priority", "cpu", "pid"]
    assert [column.key for column in columns_for(24, chosen)] == ["cpu", "pid"]
    assert columns_for(200, ()) == ()


def test_without_a_choice_the_container_is_shown_where_the_command_has_much_room() -> None:
    assert "container" not in [column.key for column in columns_for(158)]
    assert [column.key for column in columns_for(238)] == list(DEFAULT_COLUMNS)


def test_what_is_sorted_by_is_shown_at_any_width_unless_columns_were_chosen() -> None:
    def shown(cells: int, sort: str, chosen: tuple[str, ...] | None = None) -> set[str]:
        return {column.key for column in columns_for(cells, chosen, sort)}

    assert not {"read", "write"} & shown(78, "cpu") and {"read", "write", "pid", "cpu"} <= shown(78, "io")
    for sort in set(COLUMNS) - {"io"}:
        assert sort in shown(78, sort), sort
    assert "iowait" in shown(78, "io") and "iowait" not in shown(200, "cpu") | shown(200, "io", ("-iowait",))
    assert "virt" not in shown(78, "virt", ("pid", "cpu")) and "virt" not in shown(200, "virt", ("-virt",))
    assert shown(78, "command") == shown(78, "")


@pytest.mark.parametrize(("ago", "form"), [(60, "%H:%M"), (86_300, "%H:%M"), (90_000, "%b%d"), (4e7, "%Y")])
def test_the_start_is_as_in_ps(ago: float, form: str) -> None:
    row = ProcessMetrics(pid=1, started_at=NOW - ago)
    assert COLUMNS["start"].cell(row, Measure(1.0, NOW))[1].strip() == time.strftime(form, time.localtime(NOW - ago))


def test_ages() -> None:
    ages = [
        COLUMNS["age"].cell(ProcessMetrics(pid=1, started_at=since), Measure(1.0, NOW))[1].strip()
        for since in (NOW + 5, NOW - 59, NOW - 3600, NOW - 40 * 86_400, None)
    ]
    assert ages == ["0s", "59s", "1h", "40d", "–"]


class Screen:
    """What is on the screen of so many cells, as the process table chooses it."""

    def __init__(self, cells: int, chosen: tuple[str, ...] | None = None) -> None:
        self.cells, self.chosen = cells, chosen
        self.menu = ColumnMenuPanel(chosen, self.names)

    def names(self, chosen: tuple[str, ...] | None = None) -> tuple[str, ...]:
        return tuple(column.key for column in columns_for(self.cells, chosen))

    def apply(self, chosen: tuple[str, ...] | None) -> None:
        self.chosen = chosen
        self.menu.update(chosen)

    def ticked(self) -> set[str]:
        return {row[4:].split()[0] for row in self.menu.choices.rows if row.startswith("[x]")}

    def go_to(self, title: str) -> None:
        rows = self.menu.choices.rows
        self.menu.choices.select(next(n for n, row in enumerate(rows) if row[4:].split()[0] == title))


@pytest.mark.parametrize("cells", [40, 78, 158, 238])
def test_what_is_ticked_is_what_is_shown(cells: int) -> None:
    screen = Screen(cells)
    assert screen.ticked() == {COLUMNS[name].title for name in screen.names(screen.chosen)}
    assert "by width" in screen.menu.title and len(screen.menu.choices.rows) == len(COLUMNS)


def test_hiding_one_column_leaves_the_others_to_the_width() -> None:
    screen = Screen(158)
    screen.go_to("NI")
    screen.apply(screen.menu.turn())
    assert screen.chosen == ("-nice",) and "NI" not in screen.ticked() and "by width" in screen.menu.title
    assert "container" in [column.key for column in columns_for(238, screen.chosen)]
    screen.apply(screen.menu.turn())
    assert "NI" in screen.ticked()


def test_a_column_without_room_is_not_ticked_and_is_shown_once_chosen() -> None:
    screen = Screen(78)
    screen.go_to("NAME")
    screen.apply(screen.menu.turn())
    assert screen.chosen == ("+name",) and "NAME" in screen.ticked()
    screen.apply(screen.menu.turn())
    assert screen.chosen is None and "NAME" not in screen.ticked()
    narrow = Screen(24, ("name", "cpu", "pid"))
    assert "NAME" not in narrow.ticked() and any(row.startswith("[-] NAME") for row in narrow.menu.choices.rows)


def test_an_order_of_ones_own_makes_the_columns_fixed() -> None:
    screen = Screen(200, ("pid", "cpu"))
    assert "your order" in screen.menu.title
    screen.apply(screen.menu.shift(-1))
    screen.apply(screen.menu.shift(1))
    assert screen.chosen == ("cpu", "pid") and screen.menu.choices.index == 1
    screen.apply(screen.menu.turn())
    assert screen.chosen == ("cpu",)
    screen.go_to("NAME")
    screen.apply(screen.menu.turn())
    assert screen.chosen == ("cpu", "name")
    for _ in range(40):
        screen.apply(screen.menu.shift(-1))
    assert screen.chosen == ("name", "cpu") and screen.menu.choices.index == 0
    by_width = Screen(60)
    before = by_width.names()
    by_width.apply(by_width.menu.shift(1))
    assert by_width.chosen == (before[1], before[0], *before[2:])


def test_the_menu_of_columns_fits_any_size() -> None:
    menu = Screen(158).menu
    for size in ((60, 20), (20, 5), (12, 3)):
        assert [line_width(line) for line in menu.lines(View(), *size)] == [size[0]] * size[1]


def test_what_a_column_shows_is_cut_at_its_end() -> None:
    menu = Screen(78).menu
    line = next(plain(line) for line in menu.lines(View(), 30, 40) if "] IOW%" in plain(line))
    assert "…" in line and COLUMNS["iowait"].text[:8] in line
