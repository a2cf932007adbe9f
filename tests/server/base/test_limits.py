"""How much one client may ask of a hub in a time."""

from nodetop.base.clock import FakeClock
from nodetop.server.base.limits import FAILED_AUTHENTICATIONS, PUSHES, RateLimiter, new_nodes
from tests.history.samples import START


def test_rates_let_a_burst_pass_and_then_so_many_a_second() -> None:
    clock = FakeClock(wall=START)
    limiter = RateLimiter(PUSHES, clock)
    assert [limiter.allow("a") for _ in range(61)] == [True] * 60 + [False]
    assert limiter.allow("b")
    clock.advance(1)
    assert [limiter.allow("a") for _ in range(6)] == [True] * 5 + [False]
    clock.advance(3600)
    assert [limiter.allow("a") for _ in range(61)].count(True) == 60


def test_what_has_happened_counts_and_is_used_up_until_it_is_made_good() -> None:
    clock = FakeClock(wall=START)
    limiter = RateLimiter(PUSHES, clock)
    limiter.spend("a", 60)
    assert not limiter.is_used_up("a")
    limiter.spend("a", 20)
    assert limiter.is_used_up("a") and not limiter.is_used_up("b")
    clock.advance(3.9)
    assert limiter.is_used_up("a")
    clock.advance(0.2)
    assert not limiter.is_used_up("a")


def test_rates_forget_who_was_not_seen_for_long() -> None:
    limiter = RateLimiter(FAILED_AUTHENTICATIONS, FakeClock(wall=START), remembered=2)
    for key in ("a", "b", "c"):
        limiter.allow(key)
    assert list(limiter._buckets) == ["b", "c"]
    assert (new_nodes(256).burst, new_nodes(1024).burst) == (60, 240)
