"""The columns of the list of workloads: by width, with changes, in an order of one's own; and the menu for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields

from nodetop.drawing.themes import THEMES
from nodetop.model.cgroups import WorkloadMetrics
from nodetop.settings.column_names import WORKLOAD_COLUMN_NAMES
from nodetop.widgets.base.columns import columns_width
from nodetop.widgets.menus.columns import ColumnMenuPanel
from nodetop.widgets.workloads.columns import COLUMNS, TITLES, columns_for

_TEXTS = frozenset({"runtime", "id", "container", "unnamed", "network"})


@pytest.mark.parametrize("network", ["connections", "interfaces", "both"])
@pytest.mark.parametrize("value", [None, 0, 1, 10**9])
def test_every_cell_has_a_style_of_the_themes(value: int | None, network: str) -> None:
    numbers = [each.name for each in fields(WorkloadMetrics) if each.default is None and each.name not in _TEXTS]
    row = WorkloadMetrics(group="/a", kind="unit", network=network, **dict.fromkeys(numbers, value))
    styles = {name: column.cell(row, column.column.least, 1.0)[0] for name, column in COLUMNS.items()}
    assert styles["receive"] == ("receive.7" if value else "dim")
    assert set(styles.values()) <= THEMES["dark"].styles.keys()


def test_the_settings_know_all_columns() -> None:
    assert (*WORKLOAD_COLUMN_NAMES, "name") == tuple(COLUMNS)
    assert tuple(TITLES) == WORKLOAD_COLUMN_NAMES


@pytest.mark.parametrize("cells", [30, 78, 118, 158, 238])
def test_a_change_leaves_the_others_to_the_width(cells: int) -> None:
    by_width = columns_for(cells)
    without = columns_for(cells, ("-cpu",))
    assert "cpu" not in without and list(without)[-1] == "name"
    assert [name for name in without if name in by_width] == [name for name in by_width if name != "cpu"]
    assert columns_width(without) <= cells


def test_a_wanted_column_comes_before_those_by_width() -> None:
    assert "runtime" not in columns_for(60)
    assert {"cpu", "mem", "runtime"} <= columns_for(60, ("+runtime",)).keys()
    assert list(columns_for(60, ("tasks", "cpu"))) == ["tasks", "cpu", "name"]
    assert list(columns_for(40, WORKLOAD_COLUMN_NAMES))[:2] == ["kind", "cpu"]
    assert columns_for(40, ()) == {"name": 40}


NAMES = st.lists(st.sampled_from(WORKLOAD_COLUMN_NAMES), unique=True).map(tuple)
CHANGES = st.lists(
    st.tuples(st.sampled_from("+-"), st.sampled_from(WORKLOAD_COLUMN_NAMES)), unique_by=lambda each: each[1], min_size=1
).map(lambda found: tuple(sign + name for sign, name in found))


@given(st.integers(18, 400), NAMES | CHANGES)
def test_any_choice_fits_any_width(cells: int, chosen: tuple[str, ...]) -> None:
    widths = columns_for(cells, chosen)
    assert columns_width(widths) <= cells and widths["name"] >= 16
    assert not any(name in widths for name in (each[1:] for each in chosen if each[0] == "-"))


def test_the_menu_hides_shows_and_moves() -> None:
    def on_screen(chosen: tuple[str, ...] | None) -> tuple[str, ...]:
        return tuple(name for name in columns_for(118, chosen) if name != "name")

    menu = ColumnMenuPanel(None, on_screen, TITLES)
    assert len(menu.choices.rows) == len(TITLES)
    assert menu.choices.rows[0] == "[x] KIND       what it is"
    assert menu.turn() == ("-kind",)
    moved = menu.shift(1)
    assert moved[:2] == ("cpu", "kind")
