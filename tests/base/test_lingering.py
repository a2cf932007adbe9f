"""Nothing flaps: what was shown stays for a minute, numbers of rows shrink only after a minute."""

from nodetop.base.lingering import Lingering, SteadyRows


def test_what_was_shown_stays_for_a_minute() -> None:
    seen = Lingering()
    assert not seen.stays("steal", False, 0.0)
    assert [seen.stays("steal", at == 10, float(at)) for at in (10, 20, 70, 71, 72)] == [True, True, True, False, False]


def test_going_back_in_time_is_no_flapping() -> None:
    seen = Lingering()
    assert seen.stays("eth1", True, 100.0)
    assert seen.stays("eth1", False, 50.0) and not seen.stays("eth1", False, 30.0)


def test_rows_grow_at_once_and_shrink_after_a_minute() -> None:
    steady = SteadyRows()
    wanted = {0: 4, 2: 9, 4: 4, 30: 8, 60: 4, 62: 4, 63: 4}
    assert [steady.rows("disks", rows, float(at)) for at, rows in wanted.items()] == [4, 9, 9, 9, 9, 9, 4]
    assert steady.rows("network", 2, 63.0) == 2


def test_what_comes_and_goes_within_a_minute_never_moves_the_layout() -> None:
    steady = SteadyRows()
    shown = {steady.rows("network", 3 + at // 2 % 2, float(at)) for at in range(2, 600)}
    assert shown == {4}
