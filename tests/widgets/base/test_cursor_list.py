"""The one way in which lists move: cursor, pages, wheel, what is selected, in lists, maps and lists with headings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.widgets.base.cursor_list import CursorList, TextViewport, Viewport
from nodetop.widgets.base.headed_list import HeadedList
from nodetop.widgets.base.list_keys import ListKeys


class Names(CursorList[str]):
    def key(self, row: str) -> str:
        return row


class Headed(HeadedList[int]):
    def key_of(self, row: int) -> int:
        return row


def names(count: int, height: int = 5, columns: int = 1) -> Names:
    names_list = Names()
    names_list.rows = [f"n{number}" for number in range(count)]
    names_list.fit(height, columns)
    return names_list


def test_the_bar_moves_pages_and_stops_at_both_ends() -> None:
    names_list = names(20)
    names_list.move(-1)
    assert (names_list.index, names_list.top) == (0, 0)
    names_list.page(1)
    assert (names_list.index, names_list.top) == (5, 5)
    names_list.page(-0.5)
    assert (names_list.index, names_list.top) == (3, 3)
    names_list.end()
    assert (names_list.index, names_list.top, names_list.current) == (19, 15, "n19")
    names_list.move(1)
    assert (names_list.index, names_list.top) == (19, 15)
    names_list.home()
    assert (names_list.index, names_list.top, names_list.selected) == (0, 0, None)


def test_the_wheel_moves_what_is_seen_and_the_next_key_brings_the_bar_back() -> None:
    names_list = names(20)
    names_list.select(1)
    names_list.scroll(3)
    assert (names_list.index, names_list.top, names_list.visible) == (1, 3, ["n3", "n4", "n5", "n6", "n7"])
    names_list.scroll(100)
    assert names_list.top == 8, "no line is passed unseen"
    names_list.scroll(100)
    names_list.scroll(100)
    assert names_list.top == 15
    names_list.move(1)
    assert (names_list.index, names_list.top) == (2, 2)


def test_until_something_is_selected_the_bar_rests_on_the_first_row() -> None:
    names_list = names(3)
    names_list.rows = ["z", "n0"]
    names_list.find_selected()
    assert names_list.current == "z"
    names_list.select(1)
    names_list.rows = ["n0", "a", "b", "c"]
    names_list.find_selected()
    assert names_list.current == "n0"


def test_what_is_gone_leaves_the_bar_on_its_line_and_gets_it_back() -> None:
    names_list = names(5)
    names_list.select(3)
    names_list.rows = ["n0", "n1", "n2", "n4"]
    names_list.find_selected()
    assert names_list.current == "n4"
    names_list.rows = []
    names_list.find_selected()
    assert names_list.index == 0 and names_list.current is None
    names_list.rows = ["n3", "n0"]
    names_list.find_selected()
    assert names_list.current == "n3"


def test_a_bar_that_was_seen_stays_in_sight_when_the_screen_shrinks() -> None:
    names_list = names(40, height=30)
    names_list.select(25)
    names_list.fit(10)
    assert names_list.top <= 25 < names_list.top + 10
    for _ in range(3):
        names_list.scroll(-100)
    names_list.fit(8)
    assert names_list.top == 0  # it was scrolled away: that is what the user wants to see


def test_in_a_map_keys_move_by_lines_and_the_bar_never_leaves_the_screen() -> None:
    names_list = names(100, height=3, columns=10)
    for _ in range(5):
        names_list.move(1)
        assert names_list.top % 10 == 0 and names_list.top <= names_list.index < names_list.top + 30
    assert (names_list.index, names_list.top) == (50, 30)
    names_list.step(1)
    assert names_list.current == "n51" and names_list.row_at(2, 1) == 51
    names_list.page(1)
    assert (names_list.index, names_list.top) == (81, 60)
    names_list.scroll(1)
    assert names_list.top == 70
    names_list.end()
    assert (names_list.index, names_list.top) == (99, 70)


def test_a_click_meets_the_rows_that_are_seen_and_nothing_else() -> None:
    names_list = names(7)
    names_list.scroll(2)
    assert [names_list.row_at(line) for line in range(-1, 7)] == [None, 2, 3, 4, 5, 6, None, None]
    assert names(3).row_at(3) is None
    in_lines = names(5, height=2, columns=3)
    assert (in_lines.row_at(1, 1), in_lines.row_at(1, 2), in_lines.row_at(0, 3)) == (4, None, None)


def test_headings_are_passed_over_and_seen_above_their_first_row() -> None:
    names_list = Headed()
    names_list.rows = ["", "first", 1, 2, "", "second", 3, "", "end"]
    names_list.fit(3)
    assert names_list.current == 1
    names_list.home()
    assert names_list.current == 1
    names_list.move(2)
    assert (names_list.current, names_list.index) == (3, 6) and names_list.rows[names_list.top] in ("", "second")
    names_list.move(1)
    assert names_list.current == 3
    names_list.select(4)
    assert names_list.current == 3
    names_list.select(8)
    assert names_list.current == 3
    names_list.rows = ["first", 3, 2]
    names_list.find_selected()
    assert names_list.index == 1
    names_list.page(-1.0)
    assert names_list.current == 3


def test_a_text_scrolls_within_its_ends() -> None:
    text = TextViewport()
    text.show(30, 10)
    text.move(1)
    text.page(1)
    assert text.top == 11
    text.end()
    assert text.top == 20
    text.show(15, 10)
    assert text.top == 5
    text.home()
    text.page(-1)
    assert text.top == 0


@given(
    st.integers(0, 60), st.integers(1, 12), st.integers(1, 7),
    st.lists(st.tuples(st.sampled_from(["move", "step", "page", "scroll", "select", "fit", "rows"]),
                       st.integers(-70, 70)), max_size=12),
)  # fmt: skip
def test_whatever_is_done_the_bar_is_on_a_row_and_the_window_within_the_list(
    count: int, height: int, columns: int, steps: list[tuple[str, int]]
) -> None:
    names_list = names(count, height, columns)
    for what, number in steps:
        if what == "rows":
            names_list.rows = [f"n{row}" for row in range(abs(number))]
            names_list.find_selected()
            names_list.fit(height, columns)
        elif what == "fit":
            height, columns = abs(number) % 12 + 1, abs(number) % 5 + 1
            names_list.fit(height, columns)
        else:
            getattr(names_list, what)(number)
        lines = -(-len(names_list.rows) // columns)
        assert 0 <= names_list.index < max(len(names_list.rows), 1)
        assert names_list.top % columns == 0 and 0 <= names_list.top <= max(lines - height, 0) * columns
        if what in ("move", "step", "page", "select") and names_list.rows:
            assert names_list.top <= names_list.index < names_list.top + height * columns


def text(length: int, height: int) -> TextViewport:
    window = TextViewport()
    window.show(length, height)
    return window


@pytest.mark.parametrize("window", [names(20), text(20, 5)], ids=["list", "text"])
def test_keys_wheel_and_clicks_do_the_same_to_any_of_them_and_it_is_shown(window: Viewport) -> None:
    shown: list[int] = []
    keys = ListKeys(lambda: window, lambda: shown.append(window.top))
    keys.actions["end"]()
    keys.actions["page"](-1.0)
    keys.actions["home"]()
    keys.actions["move"](1)
    keys.scroll(3)
    assert shown[:3] == [15, 10, 0] and len(shown) == 5
    met = keys.click(4)
    assert met is isinstance(window, CursorList) and len(shown) == 5 + met
    assert not keys.click(None) and len(shown) == 5 + met
