"""Which samples were accepted already."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.history.hub.seen import MAX_RANGES, Forgotten, Seen, exact

DAY = 86_400
NOW = 1_800_000_000.0
spans = st.tuples(st.integers(0, 60), st.integers(0, 5)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(st.tuples(st.sampled_from("ab"), spans), max_size=40))
def test_it_is_a_set(added: list[tuple[str, tuple[int, int]]]) -> None:
    seen, expected = Seen(), set()
    for boot, (first, last) in added:
        seen.add(boot, first, last)
        expected |= {(boot, seq) for seq in range(first, last + 1)}
    assert {(boot, seq) for boot in "abc" for seq in range(-1, 70) if (boot, seq) in seen} == expected
    copy = Seen()
    copy.update(seen.held())
    assert copy.held() == seen.held()
    for ranges in seen.held().values():
        assert all(one[1] + 1 < other[0] for one, other in pairwise(ranges))


def test_of_too_many_ranges_the_lowest_are_neither_new_nor_repeats() -> None:
    seen = Seen()
    numbers = range(0, 4 * MAX_RANGES, 2)
    for seq in numbers:
        seen.add("boot", seq, seq)
    assert len(seen.held()["boot"]) == MAX_RANGES
    answers = [seen.has("boot", seq, NOW, NOW) for seq in numbers]
    assert answers == [None] * MAX_RANGES + [True] * MAX_RANGES
    assert [seen.has("boot", seq + 1, NOW, NOW) for seq in numbers] == [None] * (MAX_RANGES - 1) + [False] * (
        MAX_RANGES + 1
    )


def test_of_too_many_boots_a_repeat_is_not_new_and_a_later_boot_is() -> None:
    seen = Seen()
    for boot in range(2 * MAX_RANGES):
        seen.add(f"b{boot}", 1, 1, NOW + boot)
        seen.add("boot", 0, boot, NOW + boot)
    end = NOW + 2 * MAX_RANGES
    answers = [seen.has(f"b{boot}", 1, NOW + boot, end) for boot in range(2 * MAX_RANGES)]
    assert answers == [None] * (MAX_RANGES + 1) + [True] * (MAX_RANGES - 1)
    assert seen.has("boot", 0, NOW, end) is True
    assert seen.has("another", 1, end, end) is False
    assert seen.has("another", 1, NOW, end) is None


def test_a_clock_that_was_ahead_does_not_make_all_that_is_new_untellable() -> None:
    seen = Seen()
    for boot in range(2 * MAX_RANGES):
        seen.add(f"b{boot}", 1, 1, NOW + 40 * DAY)
    assert seen.has("another", 1, NOW, NOW) is False


@pytest.mark.parametrize("count", [5, 3 * MAX_RANGES])
def test_what_is_written_is_what_was_known(count: int) -> None:
    seen = Seen()
    for number in range(count):
        seen.add(f"b{number % 7 if number % 2 else number}", 3 * number, 3 * number, NOW + number)
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(seen.forgotten()), type=Forgotten)
    again = Seen.restored(seen.held(), state, NOW)
    for number in range(count + 1):
        asked = f"b{number % 7 if number % 2 else number}", 3 * number, NOW + number, NOW + count
        assert again.has(*asked) == seen.has(*asked)
    assert again.forgotten() == seen.forgotten()


def test_without_a_bound_nothing_is_forgotten() -> None:
    seen = exact({f"b{number}": [(2 * at, 2 * at) for at in range(9)]} for number in range(MAX_RANGES))
    assert all((f"b{number}", 16) in seen for number in range(MAX_RANGES))
