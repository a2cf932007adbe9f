"""The one way in which lists move: bar, pages, wheel, what is selected, in lists, maps and lists with headings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.widgets.base.bar import Bar, TextWindow, Window
from nodetop.widgets.base.headed_bar import HeadedBar
from nodetop.widgets.base.list_keys import ListKeys


class Names(Bar[str]):
    def key(self, row: str) -> str:
        return row


class Headed(HeadedBar[int]):
    def key_of(self, row: int) -> int:
        return row


def names(count: int, height: int = 5, columns: int = 1) -> Names:
    bar = Names()
    bar.rows = [f"n{number}" for number in range(count)]
    bar.fit(height, columns)
    return bar


def test_the_bar_moves_pages_and_stops_at_both_ends() -> None:
    bar = names(20)
    bar.move(-1)
    assert (bar.index, bar.top) == (0, 0)
    bar.page(1)
    assert (bar.index, bar.top) == (5, 5)
    bar.page(-0.5)
    assert (bar.index, bar.top) == (3, 3)
    bar.end()
    assert (bar.index, bar.top, bar.current) == (19, 15, "n19")
    bar.move(1)
    assert (bar.index, bar.top) == (19, 15)
    bar.home()
    assert (bar.index, bar.top, bar.selected) == (0, 0, None)


def test_the_wheel_moves_what_is_seen_and_the_next_key_brings_the_bar_back() -> None:
    bar = names(20)
    bar.select(1)
    bar.scroll(3)
    assert (bar.index, bar.top, bar.visible) == (1, 3, ["n3", "n4", "n5", "n6", "n7"])
    bar.scroll(100)
    assert bar.top == 15
    bar.move(1)
    assert (bar.index, bar.top) == (2, 2)


def test_until_something_is_selected_the_bar_rests_on_the_first_row() -> None:
    bar = names(3)
    bar.rows = ["z", "n0"]
    bar.find_selected()
    assert bar.current == "z"
    bar.select(1)
    bar.rows = ["n0", "a", "b", "c"]
    bar.find_selected()
    assert bar.current == "n0"


def test_what_is_gone_leaves_the_bar_on_its_line_and_gets_it_back() -> None:
    bar = names(5)
    bar.select(3)
    bar.rows = ["n0", "n1", "n2", "n4"]
    bar.find_selected()
    assert bar.current == "n4"
    bar.rows = []
    bar.find_selected()
    assert bar.index == 0 and bar.current is None
    bar.rows = ["n3", "n0"]
    bar.find_selected()
    assert bar.current == "n3"


def test_a_bar_that_was_seen_stays_in_sight_when_the_screen_shrinks() -> None:
    bar = names(40, height=30)
    bar.select(25)
    bar.fit(10)
    assert bar.top <= 25 < bar.top + 10
    bar.scroll(-100)
    bar.fit(8)
    assert bar.top == 0  # it was scrolled away: that is what the user wants to see


def test_in_a_map_keys_move_by_lines_and_the_bar_never_leaves_the_screen() -> None:
    bar = names(100, height=3, columns=10)
    for _ in range(5):
        bar.move(1)
        assert bar.top % 10 == 0 and bar.top <= bar.index < bar.top + 30
    assert (bar.index, bar.top) == (50, 30)
    bar.step(1)
    assert bar.current == "n51" and bar.row_at(2, 1) == 51
    bar.page(1)
    assert (bar.index, bar.top) == (81, 60)
    bar.scroll(1)
    assert bar.top == 70
    bar.end()
    assert (bar.index, bar.top) == (99, 70)


def test_a_click_meets_the_rows_that_are_seen_and_nothing_else() -> None:
    bar = names(7)
    bar.scroll(2)
    assert [bar.row_at(line) for line in range(-1, 7)] == [None, 2, 3, 4, 5, 6, None, None]
    assert names(3).row_at(3) is None
    in_lines = names(5, height=2, columns=3)
    assert (in_lines.row_at(1, 1), in_lines.row_at(1, 2), in_lines.row_at(0, 3)) == (4, None, None)


def test_headings_are_passed_over_and_seen_above_their_first_row() -> None:
    bar = Headed()
    bar.rows = ["", "first", 1, 2, "", "second", 3, "", "end"]
    bar.fit(3)
    assert bar.current == 1
    bar.home()
    assert bar.current == 1
    bar.move(2)
    assert (bar.current, bar.index) == (3, 6) and bar.rows[bar.top] in ("", "second")
    bar.move(1)
    assert bar.current == 3
    bar.select(4)
    assert bar.current == 3
    bar.select(8)
    assert bar.current == 3
    bar.rows = ["first", 3, 2]
    bar.find_selected()
    assert bar.index == 1
    bar.page(-1.0)
    assert bar.current == 3


def test_a_text_scrolls_within_its_ends() -> None:
    text = TextWindow()
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
    bar = names(count, height, columns)
    for what, number in steps:
        if what == "rows":
            bar.rows = [f"n{row}" for row in range(abs(number))]
            bar.find_selected()
            bar.fit(height, columns)
        elif what == "fit":
            height, columns = abs(number) % 12 + 1, abs(number) % 5 + 1
            bar.fit(height, columns)
        else:
            getattr(bar, what)(number)
        lines = -(-len(bar.rows) // columns)
        assert 0 <= bar.index < max(len(bar.rows), 1)
        assert bar.top % columns == 0 and 0 <= bar.top <= max(lines - height, 0) * columns
        if what in ("move", "step", "page", "select") and bar.rows:
            assert bar.top <= bar.index < bar.top + height * columns


def text(length: int, height: int) -> TextWindow:
    window = TextWindow()
    window.show(length, height)
    return window


@pytest.mark.parametrize("window", [names(20), text(20, 5)], ids=["list", "text"])
def test_keys_wheel_and_clicks_do_the_same_to_any_of_them_and_it_is_shown(window: Window) -> None:
    shown: list[int] = []
    keys = ListKeys(lambda: window, lambda: shown.append(window.top))
    keys.actions["end"]()
    keys.actions["page"](-1.0)
    keys.actions["home"]()
    keys.actions["move"](1)
    keys.scroll(3)
    assert shown[:3] == [15, 10, 0] and len(shown) == 5
    met = keys.click(4)
    assert met is isinstance(window, Bar) and len(shown) == 5 + met
    assert not keys.click(None) and len(shown) == 5 + met
