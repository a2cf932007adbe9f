import signal

from nodetop.model.snapshot import ProcessMetrics
from nodetop.screens.acting.words import acted, kill_order, nice_words, title_of, warnings_of
from nodetop.sources.process_control import Outcome


def row(pid: int, ppid: int = 0, **changes: object) -> ProcessMetrics:
    return ProcessMetrics(pid=pid, ppid=ppid, name=f"job-{pid}", command="x", **changes)  # type: ignore[arg-type]


TREE = [row(5, 4), row(2, 1), row(4, 3), row(3, 2), row(9, 2)]


def test_parents_are_signalled_before_their_children_and_woken_after_them() -> None:
    assert [each.pid for each in kill_order(TREE, signal.SIGTERM)] == [2, 3, 9, 4, 5]
    assert [each.pid for each in kill_order(TREE, signal.SIGCONT)] == [5, 4, 3, 9, 2]


def test_rows_that_form_a_circle_are_all_kept() -> None:
    assert sorted(each.pid for each in kill_order([row(1, 2), row(2, 1), row(3, 3)], signal.SIGTERM)) == [1, 2, 3]


def test_what_was_done_is_told_in_one_line() -> None:
    first, second, third = (Outcome(row(pid)) for pid in (1, 2, 3))
    refused = Outcome(row(4), "root's process: permission denied; run nodetop with sudo")
    gone = Outcome(row(5), "process 5 has ended; nothing was sent")
    assert acted([first], "TERM sent to") == "TERM sent to job-1 (1)"
    assert acted([first, second, third], "TERM sent to") == "TERM sent to 3 processes"
    assert acted([first, second, third, refused], "TERM sent to") == (
        "TERM sent to 3 processes; 1 refused: root's process: permission denied; run nodetop with sudo"
    )
    assert acted([gone], "TERM sent to") == "process 5 has ended; nothing was sent"
    assert "sent to none; 2 refused" in acted([refused, gone], "TERM sent to")


def test_a_changed_nice_value_is_told() -> None:
    assert nice_words([Outcome(row(1), before=0, after=1)], 1) == "nice of job-1 (1): 0 to 1"
    assert nice_words([Outcome(row(1), before=19, after=19)], 1) == "nice of job-1 (1) is 19, already at the limit"
    assert nice_words([Outcome(row(1), before=0, after=1), Outcome(row(2), before=0, after=1)], 1) == (
        "nice +1 for 2 processes"
    )


def test_what_one_should_know_before_is_told() -> None:
    assert "this is PID 1" in warnings_of([row(1)], 99)[0]
    assert warnings_of([row(99)], 99) == ["this is nodetop itself"]
    assert "nodetop itself is among them" in warnings_of([row(99), row(3)], 99)
    assert "already ended" in warnings_of([row(3, state="Z")], 99)[0]
    kernel = ProcessMetrics(pid=30, ppid=2, name="kworker")
    assert "2 of them are kernel threads" in warnings_of([kernel, kernel, row(3)], 99)[0]
    assert warnings_of([row(3)], 99) == []


def test_a_hostile_name_is_text() -> None:
    assert title_of([ProcessMetrics(pid=3, name="\x1b[31m[/b]")]) == "\u00b7[31m[/b] (3)"
