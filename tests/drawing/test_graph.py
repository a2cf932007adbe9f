"""Graphs: height tells the value, the newest stands at the right, a gap is a gap."""

from hypothesis import given
from hypothesis import strategies as st

from nodetop.drawing.graph import area, coloured, nice_top, row_styles, small

values = st.lists(st.one_of(st.none(), st.floats(0, 1e300)), max_size=120)


def dots(rows: list[str]) -> list[int]:
    """How many dots each half cell has, from left to right."""
    left, right = 0x01 | 0x02 | 0x04 | 0x40, 0x08 | 0x10 | 0x20 | 0x80
    counts = []
    for x in range(len(rows[0])):
        bits = [ord(row[x]) - 0x2800 if row[x] != " " else 0 for row in rows]
        counts += [sum((bit & side).bit_count() for bit in bits) for side in (left, right)]
    return counts


def test_height_tells_the_value_and_the_newest_is_at_the_right() -> None:
    assert dots(area([0, 25, 50, 100], 4, 2, 100)) == [0, 0, 0, 0, 1, 2, 4, 8]


def test_idle_has_a_dot_and_unknown_has_none() -> None:
    assert dots(area([0.0, None, 100.0, None], 2, 3, 100)) == [1, 0, 12, 0]


def test_what_is_beyond_the_scale_is_full() -> None:
    assert dots(area([250.0, 1e300], 1, 3, 100)) == [12, 12]


def test_a_graph_can_hang() -> None:
    rows = area([25, 100], 1, 2, 100, downward=True)
    assert dots(rows) == [2, 8]
    assert ord(rows[0]) - 0x2800 == 0x01 | 0x02 | 0xB8


def test_ascii() -> None:
    assert area([0, 100, 50, 50, None, None], 3, 2, 100, ascii_only=True) == ["#  ", "## "]


@given(values, st.integers(1, 60), st.integers(1, 20), st.booleans())
def test_any_values_make_rows_of_exact_size(numbers: list[float | None], width: int, height: int, plain: bool) -> None:
    rows = area(numbers, width, height, 100, ascii_only=plain)
    assert [len(row) for row in rows] == [width] * height
    if not plain:
        known = [number is not None for number in numbers[-2 * width :]]
        assert [count > 0 for count in dots(rows)] == [False] * (2 * width - len(known)) + known


def test_one_colour_a_row_from_the_base_up() -> None:
    assert row_styles("load", 3) == ("load.10", "load.5", "load.0")
    assert row_styles("load", 3, downward=True) == ("load.0", "load.5", "load.10")
    assert coloured(["ab", "cd"], "heat") == [("heat.10", "ab"), ("heat.0", "cd")]


def test_scales_are_round_and_seldom_change() -> None:
    assert nice_top([None, 5.0], 1024) == 1024
    assert nice_top([1500.0], 1024) == 2048
    assert nice_top([3_000_000.0], 1024) == 5 * 2**20
    assert nice_top([700 * 1024.0], 1024) == 2**20
    assert nice_top([3_000_000.0], 1, 1000) == 5_000_000


@given(values)
def test_a_scale_holds_all_values(numbers: list[float | None]) -> None:
    top = nice_top(numbers, 100)
    assert all(number <= top for number in numbers if number is not None)


def test_a_graph_in_a_list_has_its_base_line_up_to_the_first_value() -> None:
    def texts(values: list[float | None]) -> list[tuple[str, str]]:
        return small(values, 4, 100.0, "load")

    assert texts([]) == [("faint", "⣀⣀⣀⣀")]
    assert texts([None, 100.0]) == texts([100.0]) == [("faint", "⣀⣀⣀"), ("load", "⢸")]
    assert texts([None, 100.0, 100.0]) == [("faint", "⣀⣀⣀"), ("load", "⣿")], "no hole before the first value"
    assert texts([None] * 8) == [("load", "    ")], "a core that is off"
    assert texts([100.0, 100.0, None, None, 100.0, 100.0]) == [("faint", "⣀"), ("load", "⣿ ⣿")]
