"""Which samples were taken."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nodetop.history.hub.seen import MAX_BOOTS, MAX_RANGES, Seen

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


def test_the_bounds() -> None:
    seen = Seen()
    for seq in range(0, 4 * MAX_RANGES, 2):
        seen.add("boot", seq, seq)
    assert len(seen.held()["boot"]) == MAX_RANGES
    assert all(("boot", seq) in seen for seq in range(0, 4 * MAX_RANGES, 2))
    for boot in range(2 * MAX_BOOTS):
        seen.add(f"b{boot}", 1, 1)
        seen.add("boot", 1, 1)
    assert len(seen.held()) == MAX_BOOTS
    assert ("boot", 0) in seen and (f"b{2 * MAX_BOOTS - 1}", 1) in seen
    assert ("b0", 1) not in seen
