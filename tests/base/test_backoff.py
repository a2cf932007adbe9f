"""How long to wait after failures in a row."""

import random

from hypothesis import given
from hypothesis import strategies as st

from nodetop.base import backoff


def test_waits_grow_up_to_the_longest() -> None:
    assert [backoff.delay(number, first=1, longest=8) for number in range(7)] == [1, 1, 2, 4, 8, 8, 8]
    assert [backoff.delay(number, first=4, longest=10, growth=1.5) for number in (1, 2, 3, 4)] == [4, 6, 9, 10]


@given(st.integers(0, 10**12))
def test_however_many_failures_it_is_a_bounded_number(failures: int) -> None:
    assert 2.0 <= backoff.delay(failures, first=2.0, longest=900.0) <= 900.0


@given(st.integers(), st.floats(0, 1e6), st.floats(0, 1))
def test_a_wait_is_varied_within_its_share(seed: int, seconds: float, share: float) -> None:
    found = backoff.spread(seconds, share, random.Random(seed))
    assert seconds * (1 - share) * 0.999 <= found <= seconds * (1 + share) * 1.001


def test_many_do_not_come_back_together() -> None:
    assert len({backoff.spread(10, 0.2) for _ in range(50)}) > 40
