"""The journal: every acknowledged record is there after any fault."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodetop.history.hub.journal import Journal, JournalError
from tests.disk_calls import record
from tests.history.hub.journals import records, segments, written
from tests.loop_watch import LoopWatch

pytestmark = pytest.mark.may_block  # a journal is opened before there is an event loop; appending is watched below


async def test_what_is_appended_is_replayed_and_counting_goes_on(tmp_path: Path) -> None:
    assert await written(tmp_path, b"one", b"", b"three") == [1, 2, 3]
    journal = Journal(tmp_path)
    assert list(journal.replay()) == [(1, b"one"), (2, b""), (3, b"three")]
    assert await journal.append(b"four") == 4
    journal.close()
    assert records(tmp_path) == [b"one", b"", b"three", b"four"]


async def test_appending_does_not_block_the_event_loop(tmp_path: Path) -> None:
    journal = Journal(tmp_path, segment_bytes=100)
    with LoopWatch() as watch:
        for _ in range(3):
            await asyncio.gather(*[journal.append(bytes(60)) for _ in range(20)])
    journal.close()
    assert len(segments(tmp_path)) >= 3
    assert watch.found == []


async def test_callers_share_a_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs = record(monkeypatch, "sync_data")
    journal = Journal(tmp_path)
    positions = await asyncio.gather(*[journal.append(b"%d" % index) for index in range(500)])
    journal.close()
    assert sorted(positions) == list(range(1, 501))
    assert 1 <= len(syncs) < 250
    assert sorted(map(int, records(tmp_path))) == list(range(500))


async def test_nobody_is_told_before_the_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    order = record(monkeypatch, "write", "sync_data")
    await journal.append(b"x")
    order.append("told")
    journal.close()
    assert order == ["write", "sync_data", "told"]


async def test_what_is_written_to_a_removed_file_is_not_acknowledged(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    await journal.append(b"one")
    segments(tmp_path / "j")[0].unlink()
    with pytest.raises(JournalError, match="the journal was removed"):
        await journal.append(b"two")
    assert await journal.append(b"again") == 2
    journal.close()
    assert records(tmp_path / "j") == [b"again"]


async def test_a_segment_goes_when_all_of_it_was_released(tmp_path: Path) -> None:
    journal = Journal(tmp_path, segment_bytes=100)
    for index in range(1, 11):
        assert await journal.append(b"%060d" % index) == index
    assert len(segments(tmp_path)) == 10
    size = journal.size
    journal.release(4)
    assert len(segments(tmp_path)) == 6
    assert journal.size == size * 6 // 10
    journal.release(100)
    assert len(segments(tmp_path)) == 1  # where counting goes on
    journal.close()
    again = Journal(tmp_path)
    assert await again.append(b"next") == 11
    again.close()


async def test_segments_of_an_earlier_run_are_released_too(tmp_path: Path) -> None:
    await written(tmp_path, *[b"%060d" % index for index in range(5)], segment_bytes=100)
    journal = Journal(tmp_path)
    journal.release(5)
    await journal.append(b"six")
    journal.release(5)
    journal.close()
    assert records(tmp_path) == [b"six"]


async def test_a_full_journal_takes_nothing_until_some_is_released(tmp_path: Path) -> None:
    journal = Journal(tmp_path, segment_bytes=100, max_bytes=500)
    last = 0
    with pytest.raises(JournalError, match="the journal is full"):
        for _ in range(100):
            last = await journal.append(b"x" * 60)
    assert last > 1
    journal.release(last)
    assert await journal.append(b"x" * 60) == last + 1
    journal.close()


async def test_two_processes_cannot_share_a_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with pytest.raises(JournalError, match=str(tmp_path)):
        Journal(tmp_path)
    journal.close()
    Journal(tmp_path).close()


async def test_after_close_nothing_is_taken(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    waiting = [asyncio.ensure_future(journal.append(b"%d" % index)) for index in range(20)]
    await asyncio.sleep(0)
    journal.close()
    journal.close()
    assert sorted(await asyncio.gather(*waiting)) == list(range(1, 21))
    with pytest.raises(JournalError, match="closed"):
        await journal.append(b"late")
    assert len(records(tmp_path)) == 20


@pytest.mark.parametrize("lines", [1, 50, 400, 1500])
def test_killed_under_load_every_acknowledged_record_is_there(tmp_path: Path, lines: int) -> None:
    command = [sys.executable, "-m", "tests.history.crash", str(tmp_path), "journal"]
    told: list[str] = []
    for _ in range(2):  # the second run goes on where the first was killed
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1)
        assert writer.stdout is not None
        told += [writer.stdout.readline() for _ in range(lines)]
        writer.send_signal(signal.SIGKILL)
        told += writer.stdout.readlines()
        writer.stdout.close()
        writer.wait()
    journal = Journal(tmp_path / "journal")
    found = {(position, payload.split()[0]) for position, payload in journal.replay()}
    journal.close()
    acknowledged = {(int(line.split()[0]), line.split()[1].encode()) for line in told}
    assert len(acknowledged) >= 2 * lines
    assert acknowledged <= found
    assert len({position for position, _ in found}) == len(found)
    assert journal.damaged == 0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=20), st.integers(40, 400))
def test_whatever_is_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, payloads: list[bytes], size: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    positions = asyncio.run(written(folder, *payloads, segment_bytes=size))
    assert positions == list(range(1, len(payloads) + 1))
    assert records(folder) == payloads
