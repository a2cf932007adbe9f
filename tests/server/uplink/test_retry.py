"""How long the sender waits after each outcome of a push."""

import random

import pytest

from nodetop.server.uplink.client import LONGEST_RETRY_AFTER, Outcome
from nodetop.server.uplink.retry import Retry

NOTHING = Outcome("again", answered=False)
BUSY = Outcome("again")
HELD = Outcome("held")


def delays(outcome: Outcome, count: int, seed: int = 1) -> list[float]:
    retry = Retry(random.Random(seed))
    return [retry.delay(outcome) for _ in range(count)]


@pytest.mark.parametrize("outcome", [NOTHING, BUSY])
def test_three_quick_tries_with_half_either_way(outcome: Outcome) -> None:
    for seed in range(50):
        for seconds, nominal in zip(delays(outcome, 3, seed), (0.5, 1, 2), strict=True):
            assert nominal / 2 <= seconds <= nominal * 1.5


def test_nodes_do_not_come_back_together() -> None:
    assert len({round(delays(NOTHING, 1, seed)[0], 3) for seed in range(50)}) > 40


def test_where_nothing_answers_the_pace_stays_below_ten_seconds() -> None:
    assert all(4 <= seconds <= 6 for seconds in delays(NOTHING, 100)[3:])


def test_a_busy_hub_is_left_alone_up_to_a_minute() -> None:
    seconds = delays(BUSY, 40)[3:]
    assert 4 <= seconds[0] <= 6
    assert all(48 <= value <= 72 for value in seconds[10:])


def test_what_must_be_put_right_is_tried_each_minute() -> None:
    assert all(54 <= seconds <= 66 for seconds in delays(HELD, 20))


def test_retry_after_is_a_lower_bound() -> None:
    assert Retry(random.Random(1)).delay(Outcome("again", retry_after=LONGEST_RETRY_AFTER)) == 300
    assert Retry(random.Random(1)).delay(Outcome("again", retry_after=0.0)) > 0.2


def test_success_starts_over() -> None:
    retry = Retry(random.Random(1))
    for _ in range(10):
        retry.delay(BUSY)
    retry.taken()
    assert retry.delay(BUSY) <= 0.75
