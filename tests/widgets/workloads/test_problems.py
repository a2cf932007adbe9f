"""Units with a problem, in the header and on the screen of workloads."""

from msgspec.structs import replace

from nodetop.drawing.runs import line_width, plain
from nodetop.model.snapshot import UnitProblem, UnitSummary
from nodetop.widgets.base.view import View
from nodetop.widgets.node.header import HeaderPanel
from nodetop.widgets.workloads.table import WorkloadsPanel
from tests.widgets.workloads.workload_scenes import with_workloads


def view_of(*problems: UnitProblem) -> View:
    snapshot = with_workloads()
    failed = [each for each in problems if each.state == "failed"]
    units = UnitSummary(failed=len(failed), restarting=len(problems) - len(failed), problems=problems)
    return View(snapshot=replace(snapshot, units=units))


def broken(number: int = 0) -> UnitProblem:
    since = with_workloads().taken_at - 7200
    return UnitProblem(unit=f"broken{number}.service", result="exit-code", exit_status=1, restarts=3, since=since)


def header(view: View) -> str:
    return plain(HeaderPanel().lines(view, 160, 1)[0])


def test_the_header_says_how_many_and_nothing_if_there_are_none() -> None:
    assert "1 unit failed" in header(view_of(broken()))
    assert "2 units failed" in header(view_of(broken(), broken(1), UnitProblem(unit="a", state="restarting")))
    assert "1 unit restarting" in header(view_of(UnitProblem(unit="a.service", state="restarting")))
    assert "unit" not in header(view_of()) and "unit" not in header(View(snapshot=with_workloads()))


def test_the_list_shows_them_above_its_sums() -> None:
    lines = [plain(line) for line in WorkloadsPanel().lines(view_of(broken()), 120, 24)]
    row = next(number for number, line in enumerate(lines) if "broken0.service" in line)
    for said in ("failed", "exit-code 1", "restarts 3", "for 2h"):
        assert said in lines[row], said
    assert "sum of 3" in lines[row + 1]


def test_many_are_cut_and_little_room_has_none() -> None:
    view = view_of(*(broken(number) for number in range(20)))
    shown = "\n".join(plain(line) for line in WorkloadsPanel().lines(view, 120, 24))
    assert shown.count("broken") == 4 and "16 more" in shown
    for height in range(1, 30):
        lines = WorkloadsPanel().lines(view, 80, height)
        assert [line_width(line) for line in lines] == [80] * height
    assert "broken" not in "\n".join(plain(line) for line in WorkloadsPanel().lines(view, 80, 9))


def test_a_hostile_unit_is_made_safe() -> None:
    view = view_of(UnitProblem(unit="\x1b[31m\n", result="\x07"))
    assert all(plain(line).isprintable() for line in WorkloadsPanel().lines(view, 120, 24))
