"""A sample is never counted twice, and a new sample is never taken for a repeat."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from nodetop.history.hub import node as hub_node
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.seen import MAX_RANGES
from tests.history.hub.reopened import Hub, take
from tests.history.samples import START, sample

pytestmark = pytest.mark.may_block


def forget(hub: Hub) -> None:
    hub.history.drop("c", "node-0")


def forget_and_write(hub: Hub) -> None:
    hub.history.drop("c", "node-0")
    hub.history.write()


def restart(hub: Hub) -> None:
    hub.kill()
    hub.open()


def restart_without_checkpoint(hub: Hub) -> None:
    hub.history.write()
    hub.kill()
    (hub.folder / "checkpoint").unlink()
    hub.open()


HAPPENINGS = [forget, forget_and_write, restart, restart_without_checkpoint]


@pytest.mark.parametrize("second", HAPPENINGS)
@pytest.mark.parametrize("first", HAPPENINGS)
async def test_ten_samples_are_ten_whatever_happens(
    hub: Hub, first: Callable[[Hub], None], second: Callable[[Hub], None]
) -> None:
    assert await take(hub, *range(10)) == [True] * 10
    for happens in (first, second):
        happens(hub)
        assert await take(hub, *range(10)) == [False] * 10
    assert await take(hub, 10) == [True]
    assert await hub.samples() == 11
    hub.history.write()
    hub.kill()
    hub.open()
    assert await hub.samples() == 11


async def test_what_waits_for_a_full_disk_is_not_forgotten_with_its_node(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take(hub, *range(10))
    with monkeypatch.context() as patch:
        patch.setattr("nodetop.base.files.create", full)
        await hub.history.forget("c", "node-0")
        assert hub.history.problem is not None
    assert hub.history.recent("c", "node-0") == []
    assert await take(hub, *range(11)) == [False] * 10 + [True]
    hub.history.write()
    hub.kill()
    hub.open()
    assert await hub.samples() == 11


def full(*_: object) -> int:
    raise OSError(28, "No space left on device")


async def push(hub: Hub, boot: str, seq: int, at: float) -> bool | None:
    taken = sample(START + at, node="node-0", seq=seq, boot_id=boot)
    return (await hub.history.accept([SampleEnvelope(cluster="c", sample=taken, received_at=hub.clock.wall())]))[0]


async def test_repeats_are_known_after_many_boots(hub: Hub) -> None:
    """A node that restarts every two seconds: for a sample of an old boot it is unknown whether it is new."""
    count = MAX_RANGES + 100
    for boot in range(count):
        assert await push(hub, f"b{boot}", 1, 2.0 * boot) is True
        if boot % 400 == 0:
            hub.history.write()
    answers = [await push(hub, f"b{boot}", 1, 2.0 * boot) for boot in range(count)]
    assert answers == [None] * 100 + [False] * (count - 100)
    hub.history.write()
    hub.kill()
    hub.open()
    assert [await push(hub, f"b{boot}", 1, 2.0 * boot) for boot in range(count)] == answers
    assert await push(hub, "another", 1, 2.0 * count) is True
    assert await hub.samples() == count + 1


async def test_late_samples_are_new_after_many_gaps(hub: Hub) -> None:
    """Every other sample is missing: a very late one is not taken for a repeat."""
    count = MAX_RANGES + 100
    for hole in range(count):
        assert await push(hub, "boot", 2 * hole, 5.0 * hole) is True
    late = [await push(hub, "boot", 2 * hole + 1, 5.0 * hole) for hole in range(count)]
    assert set(late) == {True, None} and late.count(None) <= 100
    assert await hub.samples() == count + late.count(True)
    hub.history.write()
    hub.kill()
    hub.open()
    assert await hub.samples() == count + late.count(True)
    again = [await push(hub, "boot", 2 * hole + 1, 5.0 * hole) for hole in range(count)]
    assert again == [None if answer is None else False for answer in late]


async def test_a_point_counts_no_more_samples_than_it_can_name(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_node, "MAX_INTERVAL_RANGES", 20)
    answers = [await push(hub, f"b{boot}", 1, 2.0 * boot) for boot in range(30)]
    assert answers == [True] * 20 + [None] * 10
    assert await push(hub, "b19", 2, 59.0) is True  # the next one of a boot that is known
    hub.history.write()
    hub.kill()
    (hub.folder / "checkpoint").unlink()
    hub.open()
    assert [await push(hub, f"b{boot}", 1, 2.0 * boot) for boot in range(20)] == [False] * 20
    assert await hub.samples() == 21


async def test_a_new_nodes_first_samples_all_at_once(hub: Hub) -> None:
    answers = await asyncio.gather(*[take(hub, *range(5)) for _ in range(4)])
    assert sum(each.count(True) for each in answers) == 5
    assert await hub.samples() == 5


@pytest.mark.parametrize("seconds", [1.3, 2.5, 7.5, 60.5, 300.0, 3599.9])
async def test_an_interval_need_not_be_a_whole_number_of_seconds(tmp_path: Path, seconds: float) -> None:
    hub = Hub(tmp_path, sample_interval=seconds)
    try:
        for seq in range(100):
            assert await take(hub, seq) == [True]
            if seq % 9 == 0:
                hub.history.write()
            if seq % 31 == 0:
                hub.kill()
                hub.open()
        hub.history.write()
        stored = await hub.history.points("c", "node-0", START - 3600, START + 3600, 0)
        assert sum(point.samples for point in stored) == 100
        lengths = [b.at - a.at for a, b in pairwise(stored)]
        assert all(length % 1 == 0 and length >= int(seconds) for length in lengths)
        for step in (seconds, 10.0, 1800.0):
            rolled = await hub.history.points("c", "node-0", START - 3600, START + 3600, step)
            assert sum(point.samples for point in rolled) == 100
        assert await take(hub, *range(100)) == [False] * 100
    finally:
        hub.history.close()
