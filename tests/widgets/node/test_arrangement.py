"""Panels tile the screen at any size; the useful ones are there at the sizes people have."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodetop.drawing.rect import Rect
from nodetop.model.panels import OPTIONAL, PANELS, USUAL, Panels
from nodetop.widgets.node.arrangement import arrange, joined

NO_SENSORS = frozenset({"temperature"})
names = st.frozensets(st.sampled_from(PANELS))


def cells(rect: Rect) -> int:
    return rect.width * rect.height


@given(
    st.integers(1, 300), st.integers(1, 100), st.one_of(st.none(), st.sampled_from(PANELS)), names,
    st.dictionaries(st.sampled_from(PANELS), st.integers(0, 60)), st.booleans(),
)  # fmt: skip
@settings(max_examples=200)
def test_rectangles_tile_the_screen(
    width: int, height: int, zoomed: str | None, hidden: frozenset[str], wanted: dict[str, int], sensors: bool
) -> None:
    rectangles = arrange(
        width, height, zoomed=zoomed, hidden=hidden, wanted=tuple(wanted.items()),
        absent=frozenset() if sensors else NO_SENSORS,
    )  # fmt: skip
    assert sum(map(cells, rectangles.values())) == width * height
    covered = set()
    for rect in rectangles.values():
        assert rect.width > 0 and rect.height > 0 and rect.x >= 0 and rect.y >= 0
        covered |= {(rect.y + y) * width + rect.x + x for y in range(rect.height) for x in range(rect.width)}
    assert covered == set(range(width * height))
    if zoomed:
        assert set(rectangles) <= {"header", "footer", zoomed}
        assert rectangles[zoomed].height >= height - 2
    else:
        assert not hidden & set(rectangles)


SMALL = {"cpu": 7, "memory": 5, "disks": 4, "network": 3, "temperature": 6}
LARGE = {"cpu": 9, "memory": 8, "disks": 14, "network": 9, "temperature": 12}


def process_rows(width: int, height: int, wanted: dict[str, int]) -> int:
    """Rows of the process list, without its frame and header."""
    rectangles = arrange(width, height, wanted=tuple(wanted.items()))
    return rectangles["processes"].height - 3 + ("processes" in joined(rectangles))


@pytest.mark.parametrize("wanted", [SMALL, LARGE])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (160, 48), (200, 60), (240, 70)])
def test_everything_is_on_a_usual_screen(width: int, height: int, wanted: dict[str, int]) -> None:
    rectangles = arrange(width, height, wanted=tuple(wanted.items()))
    assert set(rectangles) == {*USUAL, "header", "footer"}
    assert rectangles["processes"].width == width
    assert all(rect.height >= 3 for name, rect in rectangles.items() if name in PANELS)
    assert joined(rectangles) >= set(USUAL) - {"processes"}


@pytest.mark.parametrize(("width", "height", "rows"), [(80, 24, 13), (160, 48, 29), (240, 70, 45)])
@pytest.mark.parametrize("wanted", [SMALL, LARGE])
def test_there_are_as_many_processes_as_in_btop(width: int, height: int, rows: int, wanted: dict[str, int]) -> None:
    assert process_rows(width, height, wanted) >= rows


def test_what_panels_do_not_want_goes_to_the_processes() -> None:
    assert process_rows(240, 70, SMALL) > process_rows(240, 70, LARGE)
    small, large = (arrange(240, 70, wanted=tuple(each.items())) for each in (SMALL, LARGE))
    assert small["disks"].height == 7 < large["disks"].height


def test_a_narrow_and_high_screen_stacks_what_does_not_fit_beside() -> None:
    rectangles = arrange(40, 48, wanted=tuple(SMALL.items()))
    assert set(rectangles) >= {"cpu", "memory", "disks", "network", "processes"}
    assert rectangles["disks"].width == 40 and rectangles["processes"].height >= 23
    assert "disks" not in arrange(40, 24, wanted=tuple(SMALL.items()))


def test_a_frame_is_closed_by_what_is_below() -> None:
    assert joined(arrange(160, 48)) == set(USUAL) - {"processes"}
    assert "processes" in joined(arrange(80, 24))
    assert joined(arrange(160, 48, zoomed="cpu")) == set()
    assert joined(arrange(160, 48, hidden=OPTIONAL | {"processes"})) == {"cpu", "memory"}


def test_panels_go_in_order_as_the_screen_shrinks() -> None:
    gone = [set(USUAL) - set(arrange(80, height)) for height in range(24, 10, -1)]
    order = ["temperature", "disks", "network"]
    assert all(missing == set(order[: len(missing)]) for missing in gone)
    assert gone[-1] == set(order)


@pytest.mark.parametrize("width", [20, 40, 60])
@pytest.mark.parametrize("height", [5, 10, 20])
def test_a_small_screen_has_a_summary_and_processes(width: int, height: int) -> None:
    rectangles = arrange(width, height)
    assert {"cpu", "memory", "processes", "header"} <= set(rectangles)


def test_the_smallest_screens_have_something() -> None:
    assert set(arrange(1, 1)) == {"cpu"}
    assert set(arrange(60, 1)) == {"cpu", "memory"}
    assert set(arrange(10, 2)) == {"cpu", "processes"}
    assert arrange(0, 0) == {}


def test_a_hidden_panel_gives_its_room_to_the_others() -> None:
    whole, without = arrange(160, 48), arrange(160, 48, hidden=OPTIONAL | {"temperature"})
    assert without["network"].width > whole["network"].width
    assert arrange(160, 48, hidden=OPTIONAL | {"cpu"})["memory"].width == 160
    lists = OPTIONAL | {"disks", "network", "temperature"}
    assert arrange(160, 48, hidden=lists)["processes"].height > whole["processes"].height
    assert set(arrange(160, 48, hidden=frozenset(PANELS))) == {"header", "footer"}


def test_a_machine_without_sensors_has_more_network() -> None:
    with_, without = arrange(160, 48), arrange(160, 48, absent=NO_SENSORS)
    assert "temperature" not in without
    assert without["network"].width > with_["network"].width


def test_many_cores_get_more_rows() -> None:
    few, many = (arrange(160, 48, wanted=(("cpu", rows),)) for rows in (7, 20))
    assert many["cpu"].height > few["cpu"].height


def test_the_layout_of_workloads_has_them_above_the_processes() -> None:
    rectangles = arrange(160, 48, hidden=Panels().named("workloads").hidden)
    assert set(rectangles) == {"header", "cpu", "memory", "workloads", "processes", "footer"}
    assert rectangles["workloads"].width == 160 and rectangles["workloads"].height >= 6
    assert "workloads" not in arrange(160, 48)
