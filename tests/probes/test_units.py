"""systemd units with a problem: what systemctl prints, how it fails, and where there is no systemd."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model import wire
from nodetop.model.cgroups import UnitProblem, UnitSummary
from nodetop.probes import units
from nodetop.probes.host_files import HostFiles
from nodetop.probes.units import Listed, UnitsProbe, parse_list, parse_show, problem, run_systemctl

LIST = """\
flappy.service loaded activating auto-restart A unit that ends at once
broken.service loaded failed     failed       /bin/false
gone.mount     not-found failed  failed       gone.mount
"""
SHOW = """\
Id=broken.service
Result=exit-code
ExecMainStatus=1
NRestarts=0
StateChangeTimestampMonotonic=60000000

Id=flappy.service
Result=success
ExecMainStatus=0
NRestarts=17
StateChangeTimestampMonotonic=120000000
"""


class Booted(HostFiles):
    """This host, as if systemd had booted it."""

    def exists(self, path: str) -> bool:
        return path == "/run/systemd/system" or super().exists(path)


def test_units_with_a_problem() -> None:
    asked: list[Sequence[str]] = []

    def run(arguments: Sequence[str]) -> str:
        asked.append(arguments)
        return LIST if arguments[0] == "list-units" else SHOW

    found = UnitsProbe(Booted(), run=run).read()
    assert found is not None
    assert wire.decode(wire.encode(found), UnitSummary) == found
    assert (found.failed, found.restarting) == (2, 1)
    broken, gone, flappy = found.problems
    assert (broken.unit, broken.state, broken.result, broken.exit_status) == (
        "broken.service",
        "failed",
        "exit-code",
        1,
    )
    assert (flappy.state, flappy.result, flappy.restarts) == ("restarting", None, 17)
    assert gone == UnitProblem(unit="gone.mount")
    assert asked[-1][-4:] == ("--", "broken.service", "gone.mount", "flappy.service")


def test_without_a_problem_one_question_is_asked_and_one_more_in_five_minutes() -> None:
    asked: list[str] = []
    now = 0.0
    probe = UnitsProbe(Booted(), run=lambda arguments: asked.append(arguments[0]) or "", monotonic=lambda: now)  # type: ignore[func-returns-value]
    for at in (0.0, 30.0, 299.0, 300.0):
        now = at
        assert probe.read() == UnitSummary(failed=0, restarting=0)
    assert asked == ["list-units", "show", "list-units", "list-units", "list-units", "show"]


def test_without_counts_the_rest_is_there() -> None:
    def run(arguments: Sequence[str]) -> str:
        if arguments[-1] == "*":
            raise OSError("systemctl ended with 1")
        return LIST if arguments[0] == "list-units" else SHOW

    found = UnitsProbe(Booted(), run=run).read()
    assert found is not None and (found.failed, found.restarting) == (2, 1)


def test_a_unit_that_is_started_again_at_once_is_seen_by_its_restarts() -> None:
    counts, now = {"quick.service": 4, "once.service": 1, "calm.service": 0, "run-1.service": 2}, 0.0

    def run(arguments: Sequence[str]) -> str:
        if arguments[0] == "list-units":
            return ""
        units = counts if arguments[-1] == "*" else arguments[3:]
        return "\n\n".join(f"Id={unit}\nResult=exit-code\nNRestarts={counts[unit]}" for unit in units)

    probe = UnitsProbe(Booted(), ["run-*"], run=run, monotonic=lambda: now)

    def seen() -> list[tuple[str, int | None]]:
        found = probe.read()
        assert found is not None and found.restarting == len(found.problems) and found.failed == 0
        assert all(each.state == "restarting" for each in found.problems)
        return [(each.unit, each.restarts) for each in found.problems]

    assert seen() == []  # it may have been long ago
    counts |= {"quick.service": 9, "run-1.service": 7}
    now = 30.0
    assert seen() == [("quick.service", 9)]
    now = 60.0
    assert seen() == []
    counts["calm.service"] = 2
    now = 330.0
    assert seen() == [("calm.service", 2)]
    del counts["quick.service"]
    counts["once.service"] = 0  # reset-failed, or another unit of that name
    now = 660.0
    assert seen() == []


def test_a_unit_is_in_its_state_since_a_time() -> None:
    found = problem(Listed("a.service", "failed"), {"StateChangeTimestampMonotonic": "60000000"}, 1000.0)
    assert found.since == 1060.0


def test_on_another_host_nothing_is_asked(tmp_path: Path) -> None:
    assert UnitsProbe(HostFiles(root=str(tmp_path)), run=lambda _: pytest.fail("asked")).read() is None
    assert UnitsProbe(HostFiles(proc=str(tmp_path)), run=lambda _: pytest.fail("asked")).read() is None


def test_very_many_problems_are_counted_and_some_are_listed() -> None:
    listing = "".join(f"u{number}.service loaded failed failed x\n" for number in range(500))
    found = UnitsProbe(Booted(), run=lambda asked: listing if asked[0] == "list-units" else "").read()
    assert found is not None and found.failed == 500 and len(found.problems) == 64
    assert wire.decode(wire.encode(found), UnitSummary) == found


@given(st.text(max_size=300))
def test_any_output_is_survived(text: str) -> None:
    for listed in parse_list(text):
        assert problem(listed, parse_show(text).get(listed.unit, {}), 0.0).unit.isprintable()


def test_units_that_match_a_pattern_are_left_out_and_counted() -> None:
    def run(arguments: Sequence[str]) -> str:
        return LIST if arguments[0] == "list-units" else SHOW

    found = UnitsProbe(Booted(), ("run-*", "broken.?ervice"), run=run).read()
    assert found is not None
    assert (found.failed, found.restarting, found.ignored) == (1, 1, 1)
    assert "broken.service" not in {each.unit for each in found.problems}


def script(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A systemctl that is a script."""
    path = folder / "systemctl"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_systemctl_that_fails_hangs_or_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, 'echo "$@"; echo "$LC_ALL"', monkeypatch)
    assert run_systemctl(("list-units", "--all")) == "list-units --all\nC\n"
    script(tmp_path, "echo no bus >&2; exit 1", monkeypatch)
    with pytest.raises(OSError, match="no bus"):
        run_systemctl(())
    script(tmp_path, "exec sleep 60", monkeypatch)
    monkeypatch.setattr(units, "_DEADLINE_SECONDS", 0.1)
    with pytest.raises(OSError, match="did not answer"):
        run_systemctl(())
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(OSError):
        run_systemctl(())


@pytest.mark.skipif(
    shutil.which("systemctl") is None or not Path("/run/systemd/system").exists(), reason="systemd does not run here"
)
def test_systemctl_of_this_machine() -> None:
    found = UnitsProbe(HostFiles()).read()
    assert found is not None and found.failed == len([each for each in found.problems if each.state == "failed"])
