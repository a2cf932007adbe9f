"""Ticks of /proc/stat, and the shares of an interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.cpu.times import boot_time, parse_stat, shares

#              user nice system idle iowait irq softirq steal guest guest_nice
ZERO = (0,) * 10
STAT = b"""cpu  100 10 50 800 20 5 15 0 30 4
cpu0 60 5 25 400 10 3 7 0 30 4
cpu2 40 5 25 400 10 2 8 0 0 0
intr 123456 9 0 0
ctxt 1990473
btime 1062191376
procs_running 6
"""


def test_the_lines_of_all_cpus_and_of_each() -> None:
    total, cores = parse_stat(STAT)
    assert total == (100, 10, 50, 800, 20, 5, 15, 0, 30, 4)
    assert [number for number, _ in cores] == [0, 2]
    assert boot_time(STAT) == 1062191376


def test_shares_are_parts_of_the_whole() -> None:
    found = shares(ZERO, (30, 10, 20, 25, 5, 4, 4, 2, 0, 0))
    assert found is not None
    assert (found.user, found.nice, found.system, found.iowait, found.irq, found.steal) == (30, 10, 20, 5, 8, 2)
    assert found.busy == 70


def test_guests_are_inside_user_and_nice_and_not_counted_again() -> None:
    found = shares(ZERO, (50, 10, 0, 40, 0, 0, 0, 0, 45, 5))
    assert found is not None
    assert (found.busy, found.user, found.guest) == (60, 50, 50)


def test_waiting_for_a_disk_is_idle_and_stolen_time_is_not() -> None:
    waiting, stolen = shares(ZERO, (0, 0, 0, 0, 100, 0, 0, 0, 0, 0)), shares(ZERO, (0, 0, 0, 0, 0, 0, 0, 100, 0, 0))
    assert waiting is not None and stolen is not None
    assert (waiting.busy, waiting.iowait) == (0, 100)
    assert (stolen.busy, stolen.steal) == (100, 100)


@pytest.mark.parametrize("field", [4, 7])
def test_a_counter_that_runs_backwards_did_not_move(field: int) -> None:
    """iowait by the kernel's own word, steal after a live migration."""
    before = tuple(1000 if index == field else 0 for index in range(10))
    found = shares(before, (50, 0, 50, *ZERO[3:]))
    assert found is not None
    assert (found.busy, found.user) == (100, 50)


def test_an_interval_in_which_idle_time_fell_is_unknown_and_not_fully_busy() -> None:
    """When a CPU goes offline, the kernel takes its idle time from another account, which may be seconds behind."""
    before = (0, 0, 0, 100_000, *ZERO[4:])
    assert shares(before, (50, 0, 0, 99_000, *ZERO[4:])) is None
    by_a_tick = shares(before, (50, 0, 0, 99_999, *ZERO[4:]))
    assert by_a_tick is not None and by_a_tick.busy == 100


def test_without_two_readings_or_time_between_there_is_nothing_to_say() -> None:
    assert shares(None, ZERO) is shares(ZERO, None) is shares(ZERO, ZERO) is None
    assert shares((5,) * 10, ZERO) is None


def test_old_kernels_have_fewer_columns() -> None:
    total, cores = parse_stat(b"cpu  1 2 3 4\ncpu0 1 2 3 4\n")
    assert total == (1, 2, 3, 4, 0, 0, 0, 0, 0, 0)
    assert cores == ((0, total),)


def test_new_ones_may_have_more() -> None:
    total, _ = parse_stat(b"cpu  1 2 3 4 5 6 7 8 9 10 11 12\n")
    assert total == (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)


@pytest.mark.parametrize("line", [b"cpu  1 2 3", b"cpu  a b c d", b"cpu  -1 2 3 4", b"cpux 1 2 3 4", b"cpu", b""])
def test_what_is_no_such_line_is_passed_over(line: bytes) -> None:
    total, cores = parse_stat(line + b"\ncpu7 1 2 3 4 0 0 0 0 0 0\n")
    assert total is None
    assert [number for number, _ in cores] == [7]


@pytest.mark.parametrize("text", [b"", b"cpu 1\nbtime\n", b"x\nbtime abc\n", b"x\nbtime -5\n"])
def test_no_boot_time(text: bytes) -> None:
    assert boot_time(text) is None


@given(st.binary(max_size=500))
def test_noise_is_never_an_error(noise: bytes) -> None:
    total, cores = parse_stat(noise)
    for times in (total, *(each for _, each in cores)):
        assert times is None or (len(times) == 10 and min(times) >= 0)


TICKS = st.lists(st.integers(0, 2**63), min_size=10, max_size=10).map(tuple)


@given(TICKS, TICKS)
def test_shares_are_percent_whatever_the_counters_do(before: tuple[int, ...], now: tuple[int, ...]) -> None:
    found = shares(before, now)
    if found is not None:
        parts = (found.user, found.nice, found.system, found.irq, found.steal)
        assert all(0 <= part <= 100 for part in (*parts, found.iowait))
        assert found.busy == pytest.approx(sum(parts), abs=1e-6)
        assert 0 <= found.guest <= found.user + found.nice + 1e-6
