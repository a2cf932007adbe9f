"""Lines of the journal: what journalctl is asked, what is made of its answer, and why there may be none."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model.cgroups import JournalLine, JournalPart, WorkloadMetrics
from nodetop.probes.base.program import Answer
from nodetop.probes.host_files import HostFiles
from nodetop.probes.workloads import journal
from nodetop.probes.workloads.journal import MOST_LINES, matches, parse_journal, read_journal
from tests.probes.workloads.workload_hosts import container_id

UNIT = WorkloadMetrics(group="/system.slice/a\\x2db.service", kind="unit", name="a-b.service")
ENTRY = {"__REALTIME_TIMESTAMP": "1700000000500000", "PRIORITY": "4", "SYSLOG_IDENTIFIER": "web", "MESSAGE": "slow"}


class Booted(HostFiles):
    """A host that systemd has booted."""

    def exists(self, path: str) -> bool:
        return path == "/run/systemd/system"


def read(answer: Answer, until: float | None = None, workload: WorkloadMetrics = UNIT) -> JournalPart:
    return read_journal(Booted(), workload, until, lambda arguments: answer)


def test_the_lines_of_a_unit() -> None:
    entries = [ENTRY, {**ENTRY, "SYSLOG_IDENTIFIER": None, "_COMM": "sh", "PRIORITY": "9", "MESSAGE": [104, 105, 10]}]
    found = read(Answer("\n".join(map(json.dumps, entries)) + "\n", "", 0))
    assert found.lines == (
        JournalLine(at=1700000000.5, priority=4, program="web", text="slow"),
        JournalLine(at=1700000000.5, priority=None, program="sh", text="hi "),
    )
    assert not found.why


def test_what_is_asked() -> None:
    asked: list[Sequence[str]] = []
    read_journal(Booted(), UNIT, 1e9, lambda arguments: asked.append(arguments) or Answer("", "", 0))  # type: ignore[func-returns-value]
    assert asked[0][asked[0].index("--until") + 1] == "@1000000000" and str(MOST_LINES) in asked[0]
    assert asked[0][asked[0].index("--") + 1 :] == matches(UNIT)
    assert "_SYSTEMD_UNIT=a\\x2db.service" in matches(UNIT) and f"_SYSTEMD_CGROUP={UNIT.group}" in matches(UNIT)


def test_what_belongs_to_a_workload() -> None:
    user = "/user.slice/user-1000.slice/user@1000.service/app.slice/pipewire.service"
    assert matches(WorkloadMetrics(group=user, kind="user_unit"))[-2:] == ["USER_UNIT=pipewire.service", "_UID=1000"]
    assert "_SYSTEMD_SLICE=web.slice" in matches(WorkloadMetrics(group="/web.slice", kind="slice"))
    identity = container_id("a")
    docker = WorkloadMetrics(group=f"/docker/{identity}", kind="container", id=identity[:12])
    assert matches(docker) == [f"_SYSTEMD_CGROUP=/docker/{identity}", "+", f"CONTAINER_ID={identity[:12]}"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer("", "Hint: You are currently not seeing messages from other users and the system.", 0), "only root"),
        (Answer("", "No journal files were opened due to insufficient permissions.", 1), "only root"),
        (Answer("", "Failed to open", 1), "Failed to open"),
        (Answer("", "", 1), "ended with 1"),
        (Answer("", "", 0), "no lines"),
    ],
)
def test_without_lines_the_reason_is_said(answer: Answer, why: str) -> None:
    assert why in read(answer).why and not read(answer).lines


def test_containers_without_lines_are_told_where_logs_are() -> None:
    docker = WorkloadMetrics(group="/docker/x", kind="container", runtime="docker")
    assert "log driver" in read(Answer("", "", 0), workload=docker).why


def test_other_hosts_and_systems_without_systemd_have_no_journal(tmp_path: Path) -> None:
    def never(arguments: Sequence[str]) -> Answer:
        raise AssertionError(arguments)

    for files in (HostFiles(root=str(tmp_path)), HostFiles(proc=str(tmp_path))):
        assert "no journal here" in read_journal(files, UNIT, None, never).why


def test_journalctl_that_hangs_or_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "journalctl"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(journal, "_SECONDS", 0.1)
    assert "did not answer" in read_journal(Booted(), UNIT, None).why
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert read_journal(Booted(), UNIT, None).why == "journalctl is not installed"


VALUES = st.none() | st.text(max_size=20) | st.lists(st.integers(-5, 300), max_size=5) | st.lists(st.text(max_size=5))


@given(st.dictionaries(st.sampled_from([*ENTRY, "_COMM", "X"]), VALUES))
def test_any_entry_is_made_safe(entry: dict[str, object]) -> None:
    (found,) = parse_journal(json.dumps(entry))
    assert all(each.isprintable() for each in (found.program, found.text))


@given(st.text(max_size=200))
def test_any_answer_is_survived(text: str) -> None:
    assert len(parse_journal(text)) <= MOST_LINES + 1


def test_long_and_many_lines_are_cut() -> None:
    text = "\n".join([json.dumps({**ENTRY, "MESSAGE": "x" * 10_000})] * 500)
    found = parse_journal(text)
    assert len(found) <= MOST_LINES + 1 and len(found[0].text) <= 1024
    assert parse_journal(json.dumps({**ENTRY, "MESSAGE": None}))[0].text == "(too long to show)"
    assert parse_journal("[" * 100_000) == ()
