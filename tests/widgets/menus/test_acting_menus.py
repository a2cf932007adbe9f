import signal

import pytest

from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import plain
from nodetop.model.process_details import Scheduling
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.choices import IO_CHOICES, AffinityPanel, io_panel
from nodetop.widgets.menus.confirm import ConfirmPanel
from nodetop.widgets.menus.signals import SignalPanel, signal_name
from tests.widgets.node.test_panel_sizes import NAMES, check

NOW = 1_700_000_000.0


def row(pid: int, **changes: object) -> ProcessMetrics:
    values = {"name": f"job-{pid}", "user": "app", "command": f"/bin/job {pid}", "started_at": NOW - 90061}
    return ProcessMetrics(pid=pid, **(values | changes))  # type: ignore[arg-type]


def text(panel: ConfirmPanel | SignalPanel, width: int = 76, height: int = 20) -> str:
    return "\n".join(plain(line) for line in panel.lines(View(), width, height))


def test_term_is_chosen_and_numbers_are_those_of_this_platform() -> None:
    panel = SignalPanel("signal to x")
    assert panel.numbers[panel.choices.index] == signal.SIGTERM
    shown = text(panel, 40, 70)
    for each in signal.Signals:
        assert f"{int(each):>2} {signal_name(each)}" in shown


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("9", "KILL"),
        ("15", "TERM"),
        ("1", "HUP"),
        ("kill", "KILL"),
        ("st", "STKFLT"),
        ("sto", "STOP"),
        ("SIGINT", "INT"),
    ],
)
def test_typing_jumps(typed: str, chosen: str) -> None:
    if not hasattr(signal, f"SIG{chosen}"):
        pytest.skip(f"no {chosen} here")
    panel = SignalPanel("x")
    for character in typed:
        panel.jump(character)
    assert signal_name(panel.numbers[panel.choices.index]) == chosen


def test_what_matches_nothing_begins_anew_or_changes_nothing() -> None:
    panel = SignalPanel("x")
    for character in "kiz":
        panel.jump(character)
    assert signal_name(panel.numbers[panel.choices.index]) == "KILL"
    panel.jump("h")
    assert signal_name(panel.numbers[panel.choices.index]) == "HUP"


def test_the_question_names_a_process_by_name_pid_user_and_age() -> None:
    shown = text(ConfirmPanel("send TERM (15) to job-7 (7)?", [row(7)], ["this is PID 1"], NOW))
    for part in ("send TERM (15)", "job-7", "PID 7", "user app", "started 1d 1h ago", "/bin/job 7", "this is PID 1"):
        assert part in shown
    assert "Enter y send" in shown and "Esc n cancel" in shown


def test_the_question_names_it_whole_where_there_is_little_room() -> None:
    shown = text(ConfirmPanel("send TERM (15)?", [row(123456)], [], NOW), 38, 8)
    for part in ("job-123456", " 123456", "app", "1d 1h old"):
        assert part in shown, shown


def test_the_question_names_several_and_counts_the_rest() -> None:
    shown = text(ConfirmPanel("send KILL (9) to 12 processes?", [row(pid) for pid in range(12)], [], NOW))
    assert "job-7" in shown and "job-8" not in shown and "and 4 more" in shown


@pytest.mark.parametrize("count", [1, 2, 12])
def test_the_question_fits_any_screen_and_always_says_how_to_answer(count: int) -> None:
    rows = [row(pid, name=name, user=name, command=name) for pid, name in enumerate((NAMES * 2)[:count])]
    panel = ConfirmPanel("send TERM (15)?", rows, ["careful: \x1b[31m[/b]", "and this"], NOW)
    for width in (10, 40, 60, 76):
        for height in range(2, 22):
            check(panel, View(), width, height)
    for screen in ((40, 10), (80, 24), (240, 70)):
        place = panel.rectangle(Rect(0, 0, 1, 1), *screen)
        assert place.x >= 0 and place.x + place.width <= screen[0] and place.y + place.height <= screen[1]
        assert "Enter y send" in text(panel, place.width, place.height)


def test_cpus_are_toggled_one_by_one_and_all_at_once() -> None:
    panel = AffinityPanel("CPUs of x", (0, 1, 4), (0, 4))
    assert panel.choices.rows == ("[x] CPU 0", "[ ] CPU 1", "[x] CPU 4")
    panel.choices.index = 1
    panel.toggle()
    assert panel.allowed == {0, 1, 4}
    panel.toggle_all()
    assert panel.allowed == {1}
    panel.toggle_all()
    assert panel.allowed == {0, 1, 4}


def test_the_menu_of_io_priorities_stands_on_the_present_one() -> None:
    for scheduling, chosen in (
        (Scheduling(io_class="none", io_level=0), ("none", None)),
        (Scheduling(io_class="best-effort", io_level=7), ("best-effort", 7)),
        (Scheduling(io_class="idle", io_level=0), ("idle", None)),
    ):
        assert IO_CHOICES[io_panel("x", scheduling).choices.index][1:] == chosen
    assert len({text for text, _, _ in IO_CHOICES}) == len(IO_CHOICES)
