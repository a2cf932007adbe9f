"""What every source promises of single processes and of the kernel's own files: sources/source.py."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator

import pytest

from nodetop.model.process_details import ProcessDetails
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import ProcessMetrics
from nodetop.sources.source import SnapshotTaken, SourceEvent
from tests.sources.stages import Kind, Stage, begun, is_plain_line, kinds, until


async def test_rows_of_threads_come_where_it_says_so(kind: Kind, stage: Stage) -> None:
    def has_threads(event: SourceEvent) -> bool:
        taken = event.snapshot.processes if isinstance(event, SnapshotTaken) else None
        return taken is not None and bool(taken.thread_rows)

    events = await begun(stage)
    stage.source.watch(frozenset({os.getpid()}))
    assert stage.source.read_threads(True) == kind.has_threads
    if kind.has_threads:
        await until(events, has_threads)
        assert stage.source.read_threads(False)
        await until(events, lambda event: isinstance(event, SnapshotTaken) and not has_threads(event))


async def test_the_kernel_answers_or_cannot_be_asked(stage: Stage) -> None:
    found = await stage.source.raw([RawFile("/proc/uptime")])
    missing = await stage.source.raw([RawFile("/proc/no/such/file")])
    if found is None or missing is None:
        assert found is missing is stage.source.control
        return
    assert [(each.path, len(each.lines), each.problem) for each in found] == [("/proc/uptime", 1, None)]
    assert not missing[0].lines and is_plain_line(missing[0].problem or "")


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


@kinds(lambda kind: kind.has_control)
async def test_processes_can_be_acted_upon_where_it_says_so(
    kind: Kind, stage: Stage, child: "subprocess.Popen[bytes]"
) -> None:
    control = stage.source.control
    assert control is not None and (control.refusal is None) == kind.acts
    events = await begun(stage)
    row = await row_of(events, child.pid)
    assert isinstance(await control.details(row.pid, row.started_at), ProcessDetails)
    assert control.own_pid == os.getpid()
    (outcome,) = await control.signal([row], 0)
    assert (outcome.row, outcome.problem) == (row, control.refusal)
    (outcome,) = await control.renice([row], 1)
    assert (outcome.problem, outcome.after is not None) == (control.refusal, kind.acts)
    (outcome,) = await control.signal([row], 15)
    assert outcome.problem == control.refusal
    if kind.acts:
        assert await asyncio.to_thread(child.wait, 20) == -15
    else:
        assert is_plain_line(control.refusal or "") and child.poll() is None


async def row_of(events: AsyncIterator[SourceEvent], pid: int) -> ProcessMetrics:
    found: list[ProcessMetrics] = []

    def wanted(event: SourceEvent) -> bool:
        if isinstance(event, SnapshotTaken) and event.snapshot.processes is not None:
            found.extend(row for row in event.snapshot.processes.rows if row.pid == pid)
        return bool(found)

    await until(events, wanted)
    return found[0]
