"""A hub's history after a kill, damage or a full disk: nothing acknowledged is lost, nothing is counted twice."""

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from nodetop.base import files
from nodetop.history.hub.journal import JournalError
from tests.history.crash import envelope
from tests.history.hub.reopened import Hub, take
from tests.history.samples import DAY, START
from tests.history.small_disk import fill

pytestmark = pytest.mark.may_block  # a hub opens its files before it serves; what it does then is watched below


async def test_a_repeat_changes_nothing_even_after_a_restart(hub: Hub) -> None:
    assert await take(hub, 1, 2, 3, 2) == [True, True, True, False]
    assert await take(hub, 2, 3, 4) == [False, False, True]
    assert await take(hub, 2, boot="another") == [True]
    hub.kill()
    hub.open()
    assert await take(hub, 1, 2, 3, 4) == [False] * 4
    hub.history.write()
    hub.kill()
    hub.open()
    assert await take(hub, 1, 2, 3, 4, 5) == [False] * 4 + [True]
    assert await hub.samples() == 6


@pytest.mark.parametrize("written", [(), (60,), (60, 130, 200)])
async def test_a_kill_loses_nothing_that_was_taken(hub: Hub, written: tuple[int, ...]) -> None:
    for seq in range(200):
        await take(hub, seq)
        if seq in written:
            hub.history.write()
    hub.kill()
    hub.open()
    assert await hub.samples() == 200
    assert hub.restored[-1].sample.seq == 199
    hub.history.write()
    assert hub.history.problem is None
    assert sum(point.samples for point in hub.store.points("node-0", START, START + DAY)) == 200
    assert len(hub.history.recent("c", "node-0")) == 200


@pytest.mark.parametrize("failing", ["replace of the checkpoint", "release"])
async def test_a_kill_between_the_points_and_the_checkpoint_counts_nothing_twice(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    await take(hub, *range(60))
    hub.history.write()
    await take(hub, *range(60, 90))
    with monkeypatch.context() as patch:
        if failing == "release":
            patch.setattr(hub.journal, "release", stop)
        else:
            real = files.replace
            patch.setattr(
                files, "replace", lambda source, target: stop() if target.name == "checkpoint" else real(source, target)
            )
        hub.history.write()
        assert hub.history.problem == "history is not being written: killed here"
    hub.kill()
    hub.open()
    assert await hub.samples() == 90
    assert await take(hub, *range(90)) == [False] * 90
    assert len(hub.history.recent("c", "node-0")) == 90
    hub.history.write()
    await take(hub, 90)
    hub.history.write()
    assert sum(point.samples for point in hub.store.points("node-0", START, START + DAY)) == 91


def stop(*_: object) -> None:
    raise RuntimeError("killed here")


async def test_a_push_on_its_way_is_not_forgotten(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record is durable, its sample not yet in memory: a checkpoint now must not release it."""
    real = hub.journal.append

    async def slow(payload: bytes) -> int:
        position = await real(payload)
        hub.history.write()
        return position

    for seq in range(100):
        await take(hub, seq)
    released: list[int] = []
    monkeypatch.setattr(hub.journal, "release", released.append)
    monkeypatch.setattr(hub.journal, "append", slow)
    await take(hub, 100)
    assert released == [100]  # 101 records
    hub.history.write()
    assert released == [100, 101]


async def test_a_damaged_checkpoint_costs_the_last_hour_only(hub: Hub) -> None:
    await take(hub, *range(100))
    hub.history.write()
    hub.kill()
    path = hub.folder / "checkpoint"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    hub.open()
    assert any("checkpoint was damaged" in line for line in hub.said)
    assert len(list(hub.folder.glob("checkpoint.corrupt-*"))) == 1
    assert await take(hub, *range(101)) == [False] * 100 + [True]
    assert await hub.samples() == 101


async def test_what_a_kill_left_of_a_checkpoint_is_removed(hub: Hub) -> None:
    leftover = hub.folder / ".nt-1-abc.tmp"
    leftover.write_bytes(b"half")
    hub.kill()
    hub.open()
    assert not leftover.exists()


async def test_a_lost_journal_folder_does_not_lose_what_comes_after(hub: Hub) -> None:
    for seq in range(50):
        await take(hub, seq)
    hub.history.write()
    hub.kill()
    for path in (hub.folder / "journal").iterdir():
        path.unlink()
    hub.open()
    await take(hub, 50, 51)
    hub.kill()
    hub.open()
    assert await hub.samples() == 52


async def test_damaged_history_is_set_aside_and_costs_only_itself(hub: Hub) -> None:
    await take(hub, *range(10))
    await hub.history.accept([envelope("node-1", seq) for seq in range(10)])
    hub.history.write()
    (path,) = [path for path in hub.folder.glob("history/**/*.json") if b"node-0" in path.read_bytes()]
    path.write_bytes(path.read_bytes()[:-20])
    await take(hub, *range(60, 70))
    hub.history.write()
    assert hub.history.problem is None
    assert any("set aside" in line for line in hub.said)
    assert await hub.samples("node-1") == 10
    assert await hub.samples() >= 10


async def test_a_full_disk_loses_nothing_and_recovers(small_disk: Path) -> None:
    hub = Hub(small_disk)
    try:
        await take(hub, *range(60))
        hub.history.write()
        assert hub.history.problem is None
        ballast = fill(small_disk)
        taken = 60
        with pytest.raises(JournalError, match="the disk is full: free some space"):
            for seq in range(60, 700):
                await take(hub, seq)
                taken += 1
        hub.history.write()
        assert hub.history.problem is not None and "the disk is full: free some space" in hub.history.problem
        assert hub.said.count(hub.history.problem) == 1
        assert await hub.samples() == taken  # reading goes on
        ballast.unlink()
        assert await take(hub, taken) == [True]
        hub.history.write()
        assert hub.history.problem is None
        hub.kill()
        hub.open()
        assert await hub.samples() == taken + 1
    finally:
        hub.history.close()


@pytest.mark.parametrize("lines", [30, 300, 1500])
async def test_killed_under_load_every_acknowledged_sample_is_in_the_history(tmp_path: Path, lines: int) -> None:
    command = [sys.executable, "-m", "tests.history.crash", str(tmp_path), "hub"]
    told: set[tuple[str, int]] = set()
    for _ in range(2):  # the second run goes on where the first was killed
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1)
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
        process.stdout.close()
        process.wait()
        told |= {(line.split()[0], int(line.split()[1])) for line in said if line}
    hub = Hub(tmp_path)
    try:
        by_node = Counter(node for node, _ in told)
        assert sum(by_node.values()) >= lines
        for node in by_node:
            seqs = [seq for name, seq in told if name == node]
            assert not any(await hub.history.accept([envelope(node, seq) for seq in seqs]))
            points = await hub.stored(node)
            recent = hub.history.recent("c", node)
            # One push of each caller may have been taken when the kill came, before it was told; twice, of two runs.
            assert len(seqs) <= sum(point.samples for point in points) <= len(seqs) + 2
            counted = Counter(point.at // 300 * 300 for point in recent)
            assert {point.at: point.samples for point in points} == counted
        assert not any("damaged" in line for line in hub.said)
    finally:
        hub.history.close()
