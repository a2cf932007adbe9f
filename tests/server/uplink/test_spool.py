"""The spool: nothing lost by kill -9, complete samples for a minute, bounds, and a full disk."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nodetop.base.clock import FakeClock
from nodetop.model import wire
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.server.uplink.spool import MEMORY_SAMPLES, Spool, Spooled, Ticket

NOW = 1_700_000_000.0


def snapshot(seq: int, *, taken_at: float = NOW, processes: int = 3, node: str = "web-01") -> NodeSnapshot:
    rows = tuple(ProcessMetrics(pid=pid, name="worker", command="worker --all") for pid in range(1, processes + 1))
    return NodeSnapshot(
        node=node, taken_at=taken_at, boot_id="boot", seq=seq, processes=ProcessSummary(total=processes, rows=rows)
    )


def seqs(ticket: Ticket | None) -> list[int]:
    assert ticket is not None
    return [wire.decode_snapshot(sample.json).seq for sample in ticket.samples]


def everything(spool: Spool) -> list[Spooled]:
    """Takes all samples out, newest first, then the backlog."""
    out: list[Spooled] = []
    while ticket := spool.newest(60, 1 << 20) or spool.oldest(60, 1 << 20):
        out += ticket.samples
        spool.done(ticket)
    return out


def test_newest_is_taken_first_in_order_of_time_and_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path, clock=FakeClock(wall=NOW))
    for seq in range(5):
        spool.put(snapshot(seq))
    ticket = spool.newest(3, 1 << 20)
    assert seqs(ticket) == [2, 3, 4]
    assert ticket is not None
    assert len(wire.decode_snapshot(ticket.samples[0].json).processes.rows) == 3  # type: ignore[union-attr]
    spool.done(ticket)
    assert seqs(spool.newest(3, 1 << 20)) == [0, 1]
    spool.close()


def test_a_batch_is_bounded_in_bytes_but_never_empty(tmp_path: Path) -> None:
    spool = Spool(tmp_path, clock=FakeClock(wall=NOW))
    for seq in range(4):
        spool.put(snapshot(seq))
    one = len(wire.encode(snapshot(0)))
    assert seqs(spool.newest(60, one * 2)) == [2, 3]
    assert seqs(spool.newest(60, 1)) == [3]
    spool.close()


def test_after_a_minute_a_sample_waits_without_its_processes(tmp_path: Path) -> None:
    clock = FakeClock(wall=NOW)
    spool = Spool(tmp_path, clock=clock)
    spool.put(snapshot(1))
    clock.advance(61)
    spool.put(snapshot(2, taken_at=clock.wall()))
    assert seqs(spool.newest(60, 1 << 20)) == [2]
    assert spool.backlog == 1
    ticket = spool.oldest(60, 1 << 20)
    assert ticket is not None
    old = wire.decode_snapshot(ticket.samples[0].json)
    assert old.seq == 1
    assert old.processes is not None
    assert (old.processes.total, old.processes.rows) == (3, ())
    spool.done(ticket)
    assert spool.oldest(60, 1 << 20) is None
    spool.close()


def test_backlog_comes_oldest_first_and_survives_a_restart(tmp_path: Path) -> None:
    clock = FakeClock(wall=NOW)
    spool = Spool(tmp_path, clock=clock)
    for seq in range(200):
        clock.advance(5)
        spool.put(snapshot(seq, taken_at=clock.wall()))
    spool.close()
    again = Spool(tmp_path, clock=clock)
    assert seqs(again.oldest(5, 1 << 20)) == [0, 1, 2, 3, 4]
    # What was in the log of whole samples and moved on may come twice.
    assert {wire.decode_snapshot(sample.json).seq for sample in everything(again)} == set(range(200))
    again.close()
    assert len(Spool(tmp_path, clock=clock)) == 0


def test_clusters_are_not_mixed_in_one_batch(tmp_path: Path) -> None:
    clock = FakeClock(wall=NOW)
    spool = Spool(tmp_path, clock=clock)
    for seq, cluster in enumerate(["", "", "east", "east", ""]):
        spool.put(snapshot(seq), cluster)
    newest = spool.newest(60, 1 << 20)
    assert newest is not None
    assert seqs(newest) == [0, 1, 4]
    assert {sample.cluster for sample in newest.samples} == {""}
    clock.advance(100)
    spool.age()
    batches = []
    while ticket := spool.oldest(60, 1 << 20):
        batches.append((ticket.samples[0].cluster, seqs(ticket)))
        spool.done(ticket)
    assert batches == [("", [0, 1]), ("east", [2, 3]), ("", [4])]
    spool.close()


def test_at_its_bound_the_oldest_go_and_are_counted(tmp_path: Path) -> None:
    clock = FakeClock(wall=NOW)
    spool = Spool(tmp_path, max_bytes=64_000, clock=clock)
    for seq in range(1000):
        clock.advance(5)
        spool.put(snapshot(seq, taken_at=clock.wall()))
    size = sum(path.stat().st_size for path in tmp_path.rglob("*.spool"))
    assert size <= 64_000
    kept = [wire.decode_snapshot(sample.json).seq for sample in everything(spool)]
    assert sorted(kept) == list(range(1000 - len(kept), 1000))
    assert 50 < len(kept) < 1000
    assert spool.dropped == 1000 - len(kept)
    spool.close()


def test_a_full_disk_costs_nothing_until_memory_is_full_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nodetop.base.files as module

    clock = FakeClock(wall=NOW)
    spool = Spool(tmp_path, clock=clock)

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "write", full)
    count = MEMORY_SAMPLES + 50
    for seq in range(count):
        clock.advance(5)
        spool.put(snapshot(seq, taken_at=clock.wall()))
    assert spool.disk_problem == f"{tmp_path}: the disk is full: free some space"
    kept = [wire.decode_snapshot(sample.json).seq for sample in everything(spool)]
    assert sorted(kept) == list(range(count - len(kept), count))
    assert len(kept) >= MEMORY_SAMPLES
    assert spool.dropped == count - len(kept) > 0
    monkeypatch.undo()
    spool.put(snapshot(count, taken_at=clock.wall()))
    assert spool.disk_problem is None
    spool.close()


def test_dropped_memory_is_not_mistaken_for_what_was_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nodetop.base.files as module

    clock = FakeClock(wall=NOW)
    spool = Spool(tmp_path, clock=clock)
    monkeypatch.setattr(module.os, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    for seq in range(MEMORY_SAMPLES):
        spool.put(snapshot(seq, taken_at=NOW - 100))
    ticket = spool.oldest(3, 1 << 20)
    assert seqs(ticket) == [0, 1, 2]
    spool.put(snapshot(9999, taken_at=NOW - 100))  # pushes sample 0 out while the batch is on its way
    assert ticket is not None
    spool.done(ticket)
    assert seqs(spool.oldest(1, 1 << 20)) in ([1], [3])  # sent twice at worst, never lost
    spool.close()


WRITER = """
import sys
from pathlib import Path
from nodetop.base.clock import FakeClock
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.server.uplink.spool import Spool
clock = FakeClock()
spool = Spool(Path(sys.argv[1]), clock=clock)
rows = tuple(ProcessMetrics(pid=pid, name="x" * 200) for pid in range(1, 20))
seq = 0
while True:
    clock.advance(5)
    summary = ProcessSummary(total=19, rows=rows)
    spool.put(NodeSnapshot(node="n", taken_at=clock.wall(), boot_id="b", seq=seq, processes=summary))
    sys.stdout.write(f"{seq}\\n")
    sys.stdout.flush()
    seq += 1
"""


@pytest.mark.parametrize("after", [1, 40, 300])
def test_kill_9_loses_no_sample_that_was_put(tmp_path: Path, after: int) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        last = -1
        for line in writer.stdout:
            last = int(line)
            if last >= after:
                break
        writer.send_signal(signal.SIGKILL)
        for line in writer.stdout:  # what it said before it died
            if line.endswith("\n"):
                last = int(line)
    spool = Spool(tmp_path)
    kept = {wire.decode_snapshot(sample.json).seq for sample in everything(spool)}
    assert kept >= set(range(last + 1))
    assert kept <= set(range(last + 2))
    assert spool.dropped == 0
    spool.close()


DAY = 86_400.0
STEPS = [3600.0, 40 * DAY, 3653 * DAY, -3600.0, -40 * DAY, -3653 * DAY]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_ended", [False, True])
def test_a_clock_that_is_set_while_samples_wait_moves_them_with_it(tmp_path: Path, step: float, is_ended: bool) -> None:
    clock = FakeClock(wall=NOW)
    spool = Spool(tmp_path, clock=clock, boot="one")
    ages = {}
    for seq in range(30):
        spool.put(snapshot(seq, taken_at=clock.wall()))
        ages[seq] = clock.boottime()
        clock.advance(5)
        if seq == 20:
            clock.step(step)
            clock.suspend(60)
    if is_ended:
        spool.close()
        spool = Spool(tmp_path, clock=clock, boot="one")
    found = [wire.decode_snapshot(each.json) for each in everything(spool)]
    assert {each.seq for each in found} == set(range(30))
    for each in found:
        assert clock.wall() - each.taken_at == pytest.approx(clock.boottime() - ages[each.seq], abs=1e-3)
    assert spool.dropped == 0
    spool.close()


@pytest.mark.parametrize("boot", ["two", ""])
def test_after_a_start_of_the_machine_times_are_as_they_were(tmp_path: Path, boot: str) -> None:
    spool = Spool(tmp_path, clock=FakeClock(wall=NOW, monotonic=5000.0), boot="one")
    spool.put(snapshot(1))
    spool.close()
    again = Spool(tmp_path, clock=FakeClock(wall=NOW + 60, monotonic=10.0), boot=boot)
    (sample,) = everything(again)
    assert wire.decode_snapshot(sample.json).taken_at == NOW
    again.close()


@pytest.mark.parametrize("step", STEPS)
def test_a_sample_grows_old_whatever_the_clock_says(tmp_path: Path, step: float) -> None:
    clock = FakeClock(wall=NOW)
    spool = Spool(tmp_path, clock=clock)
    spool.put(snapshot(1))
    clock.step(step)
    spool.age()
    assert (spool.backlog, len(spool)) == (0, 1)
    clock.advance(61)
    spool.age()
    assert spool.backlog == 1
    spool.close()


def test_an_older_nodetop_reads_the_records(tmp_path: Path) -> None:
    """An old nodetop reads everything after the line feed as the JSON of a snapshot; a hub ignores unknown fields."""
    clock = FakeClock(wall=NOW)
    spool = Spool(tmp_path, clock=clock, boot="one")
    spool.put(snapshot(1))
    spool.close()
    (path,) = (tmp_path / "fresh").iterdir()
    cluster, _, json = path.read_bytes()[8:].partition(b"\n")
    assert cluster == b""
    assert wire.decode_snapshot(json).seq == 1


def test_damage_in_the_log_of_whole_samples_is_counted(tmp_path: Path) -> None:
    spool = Spool(tmp_path, clock=FakeClock(wall=NOW))
    for seq in range(10):
        spool.put(snapshot(seq))
    spool.close()
    (path,) = (tmp_path / "fresh").iterdir()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    again = Spool(tmp_path, clock=FakeClock(wall=NOW))
    assert (len(again), again.dropped) == (9, 1)
    assert len({wire.decode_snapshot(each.json).seq for each in everything(again)}) == 9
    again.close()
