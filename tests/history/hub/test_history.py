"""A hub's history: nothing acknowledged is lost, nothing is counted twice."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from nodetop.base import files
from nodetop.base.clock import FakeClock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal, JournalError
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint, Stat
from tests.history.crash import envelope
from tests.history.samples import DAY, START, sample, wait_until
from tests.history.small_disk import fill
from tests.loop_watch import LoopWatch

pytestmark = pytest.mark.may_block  # a hub opens its files before it serves; what it does then is watched below


class Hub:
    """A hub's history in a folder, as it is opened, killed and opened again."""

    def __init__(self, folder: Path, *, sample_interval: float = 300.0, days: int = 30, max_bytes: int = 2**28) -> None:
        self.folder = folder
        self.clock = FakeClock(wall=START + 3600)
        self.said: list[str] = []
        self._options = sample_interval, days, max_bytes
        self.open()

    def open(self) -> list[SampleEnvelope]:
        interval, days, max_bytes = self._options
        store = HistoryStore(self.folder / "history", cluster="c", retention_days=days, report=self.said.append)
        self.store = store
        self.journal = Journal(self.folder / "journal", segment_bytes=4_000, max_bytes=max_bytes)
        self.history = HubHistory(
            store,
            self.journal,
            self.folder / "checkpoint",
            sample_interval=interval,
            clock=self.clock,
            report=self.said.append,
        )
        self.restored = list(self.history.restore())
        return self.restored

    def kill(self) -> None:
        """What a kill leaves: nothing in memory is written any more."""
        history, self.history.write = self.history, lambda: None  # type: ignore[method-assign]
        history.close()

    async def stored(self, node: str = "node-0", step: float = 300, cluster: str = "c") -> list[HistoryPoint]:
        return await self.history.points(cluster, node, START - 40 * DAY, START + 40 * DAY, step)

    async def samples(self, node: str = "node-0", cluster: str = "c") -> int:
        return sum(point.samples for point in await self.stored(node, cluster=cluster))


@pytest.fixture
def hub(tmp_path: Path):  # type: ignore[no-untyped-def]
    hub = Hub(tmp_path)
    yield hub
    hub.history.close()


async def take(hub: Hub, *seqs: int, node: str = "node-0", boot: str = "boot") -> list[bool]:
    return await hub.history.accept([envelope(node, seq, boot) for seq in seqs])


async def test_points_are_what_the_samples_were(hub: Hub) -> None:
    assert all(await take(hub, *range(100)))
    points = await hub.stored()
    assert [(point.at, point.samples) for point in points] == [(START, 60), (START + 300, 40)]
    assert points[0].cpu_busy_percent == Stat(mean=29.5, max=59)
    hub.history.write()
    assert hub.history.problem is None
    assert await hub.stored() == points
    assert hub.store.points("node-0", START, START + 600) == points
    (half,) = await hub.stored(step=1800)
    assert half.samples == 100 and half.cpu_busy_percent is not None and half.cpu_busy_percent.max == 99


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


async def test_the_same_push_twice_at_once(hub: Hub) -> None:
    answers = await asyncio.gather(*[take(hub, *range(10)) for _ in range(5)])
    assert Counter(answer for each in answers for answer in each) == {True: 10, False: 40}
    assert await hub.samples() == 10


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


async def test_a_late_sample_goes_where_it_was_taken(hub: Hub) -> None:
    await take(hub, *range(60, 120))
    hub.history.write()
    await take(hub, *range(60))
    hub.history.write()
    await take(hub, *range(120, 130))
    points = await hub.stored()
    assert [(point.at - START, point.samples) for point in points] == [(0, 60), (300, 60), (600, 10)]
    assert [point.at for point in hub.history.recent("c", "node-0")] == [START + 5 * seq for seq in range(130)]
    hub.kill()
    hub.open()
    assert await hub.samples() == 130


async def test_the_journal_forgets_what_is_in_the_history(hub: Hub) -> None:
    for seq in range(300):
        await take(hub, seq)
    before = hub.journal.size
    hub.history.write()
    assert hub.journal.size < before / 3
    hub.kill()
    hub.open()
    assert await hub.samples() == 300
    assert [each.sample.seq for each in hub.restored] == [299]


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


async def test_latest_is_restored_and_never_moves_back(hub: Hub) -> None:
    await take(hub, 50)
    await take(hub, 10)
    await hub.history.accept([envelope("node-1", 7)])
    hub.history.write()
    hub.kill()
    hub.open()
    assert {(each.sample.node, each.sample.seq) for each in hub.restored} == {("node-0", 50), ("node-1", 7)}


async def test_a_forgotten_node_stays_forgotten(hub: Hub) -> None:
    await take(hub, *range(5))
    await take(hub, *range(5), node="node-1")
    await hub.history.forget("c", "node-0")
    await take(hub, 5, node="node-1")
    assert hub.history.recent("c", "node-0") == []
    hub.kill()
    assert {each.sample.node for each in hub.open()} == {"node-1"}
    assert await hub.samples() == 5  # its history stays


async def test_nodes_of_several_clusters_are_kept_apart(hub: Hub) -> None:
    other = SampleEnvelope(cluster="d", sample=sample(node="node-0", seq=1), received_at=START)
    assert await hub.history.accept([envelope("node-0", 1), other]) == [True, True]
    hub.history.write()
    hub.kill()
    hub.open()
    assert await hub.samples(cluster="d") == await hub.samples(cluster="c") == 1
    assert hub.store.all_nodes() == [("c", "node-0"), ("d", "node-0")]


async def test_a_short_step_is_made_of_the_samples(hub: Hub) -> None:
    hub.clock.step(-3600 + 1000)
    await take(hub, *range(200))
    points = await hub.stored(step=10)
    assert [point.at for point in points[:2]] == [START, START + 300]  # before this the samples may have been more
    assert [(point.at, point.samples) for point in points[2:4]] == [(START + 310, 2), (START + 320, 2)]
    assert sum(point.samples for point in points) == 200
    assert points[-1].top_cpu[0].name == "init"


async def test_means_for_the_list_of_nodes(hub: Hub) -> None:
    await take(hub, *range(60), *range(120, 180))
    assert hub.history.means("c", "node-0", "cpu_busy_percent", START, 300, 4) == [29.5, None, 49.5, None]
    assert hub.history.means("c", "node-0", "cpu_celsius", START, 300, 1) == [None]
    assert hub.history.means("c", "nobody", "cpu_busy_percent", START, 300, 2) == [None, None]


async def test_the_last_hour_is_an_hour(hub: Hub) -> None:
    await take(hub, *range(699))
    assert len(hub.history.recent("c", "node-0")) == 699
    hub.clock.advance(300)
    assert len(hub.history.recent("c", "node-0")) == 639
    assert hub.history.recent("c", "nobody") == []


async def test_retention_removes_exactly_the_days_past_it(tmp_path: Path) -> None:
    hub = Hub(tmp_path, days=1)
    try:
        await hub.history.accept([envelope("node-0", 1)])
        old = SampleEnvelope(cluster="c", sample=sample(START - DAY, node="node-0", seq=2), received_at=START)
        older = SampleEnvelope(cluster="c", sample=sample(START - DAY - 1, node="node-0", seq=3), received_at=START)
        await hub.history.accept([old, older])
        hub.history.write()
        assert [point.at for point in await hub.stored()] == [START - DAY, START]
        hub.clock.advance(DAY)
        hub.history.write()
        assert [point.at for point in await hub.stored()] == [START]
    finally:
        hub.history.close()


async def test_points_appear_on_time(tmp_path: Path) -> None:
    hub = Hub(tmp_path, sample_interval=2)
    try:
        await hub.history.accept([envelope("node-0", 1)])
        hub.clock.advance(10)
        written = HistoryStore(tmp_path / "history", cluster="c")
        await asyncio.to_thread(wait_until, lambda: written.points("node-0", START, START + 60))
        assert [point.at for point in written.points("node-0", START, START + 60)] == [START + 4]
    finally:
        hub.history.close()


async def test_what_is_left_is_written_at_the_end(hub: Hub) -> None:
    await take(hub, *range(5))
    await hub.history.aclose()
    await hub.history.aclose()
    assert sum(point.samples for point in hub.store.points("node-0", START, START + DAY)) == 5
    with pytest.raises(JournalError, match="closed"):
        await take(hub, 6)


async def test_the_event_loop_is_not_blocked(hub: Hub) -> None:
    with LoopWatch() as watch:
        for begin in range(0, 600, 60):
            await take(hub, *range(begin, begin + 60))
        hub.history.recent("c", "node-0")
        await hub.stored()
        await hub.stored(step=10)
        await hub.history.forget("c", "node-0")
        await hub.history.aclose()
    assert watch.found == []


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


async def test_a_moment_is_told_from_samples_and_points(hub: Hub) -> None:
    await take(hub, *range(100), *range(900, 1000))  # the hour before the last one is no longer in memory
    new = START + 5 * 900
    found, _ = await hub.history.at("c", "node-0", new + 22)
    assert found is not None and (found.at, found.samples) == (new + 20, 1)
    found, points = await hub.history.at("c", "node-0", START + 400)
    assert found is None
    assert [(point.at, point.samples) for point in points] == [(START, 60), (START + 300, 40)]
    assert await hub.history.at("c", "node-0", START - 1) == (None, [])
    assert await hub.history.at("c", "nobody", new) == (None, [])
