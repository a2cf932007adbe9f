"""The shares of CPU time: the largest first, together all, none that is empty, and none that flaps."""

from nodetop.drawing.runs import plain
from nodetop.model.snapshot import CpuMetrics, NodeSnapshot
from nodetop.widgets.base.series import SeriesKeeper
from nodetop.widgets.base.view import View
from nodetop.widgets.node.shares import Shares, at_most, in_words


def played(*samples: dict[str, float]) -> list[list[str]]:
    """The names that are shown after each sample, two seconds apart."""
    view, shares, shown = View(), Shares(SeriesKeeper()), []
    for tick, percent in enumerate(samples):
        cpu = CpuMetrics(**{f"{name}_percent": value for name, value in percent.items()})
        view.snapshot = NodeSnapshot(node="n", taken_at=2.0 * tick, cpu=cpu)
        view.ring.add(view.snapshot)
        shown.append([name for name, _ in shares.shown(view)])
    return shown


NICED = {"user": 8.2, "nice": 56.0, "system": 33.1, "iowait": 0.2, "steal": 1.2, "irq": 1.7}


def test_the_largest_comes_first_and_what_reads_zero_has_no_place() -> None:
    assert played(NICED) == [["nice", "system", "user", "irq", "steal", "iowait"]]
    assert played({"user": 3.0, "steal": 0.04, "irq": 0.0}) == [["user"]]


def test_shares_add_up_wherever_they_are_cut() -> None:
    shares = [(name, value) for name, value in sorted(NICED.items(), key=lambda item: -item[1])]
    for room in range(1, 8):
        assert abs(sum(value for _, value in at_most(shares, room) if value) - sum(NICED.values())) < 1e-9
    for width in range(12, 90):
        words = "  ".join(plain(piece) for piece in in_words(shares, width))
        assert len(words) <= width
        assert abs(sum(map(float, words.split()[1::2])) - 100.4) < 0.5


def test_a_share_that_was_shown_stays_for_a_minute() -> None:
    quiet, stolen = {"user": 9.0, "steal": 0.0}, {"user": 9.0, "steal": 2.0}
    shown = played(quiet, stolen, *[quiet] * 40)
    assert "steal" not in shown[0] and all("steal" in names for names in shown[1:32]) and "steal" not in shown[-1]


def test_two_that_are_nearly_equal_do_not_swap_places() -> None:
    shown = played(*[{"user": 20.0 + tick % 2, "system": 20.5 - tick % 2} for tick in range(30)])
    assert {tuple(names) for names in shown} == {("user", "system")}
