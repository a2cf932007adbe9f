"""A step of the hub's clock, either way, deletes nothing and delays nothing."""

import pytest

from nodetop.history.hub.envelope import SampleEnvelope
from tests.history.hub.reopened import Hub
from tests.history.samples import DAY, START, sample

pytestmark = pytest.mark.may_block

STEPS = [3600.0, 40 * DAY, 3653 * DAY, -3600.0, -40 * DAY, -3653 * DAY]


async def push(hub: Hub, seq: int, boot: str = "boot") -> bool | None:
    """A sample that was taken now, by the hub's clock."""
    now = hub.clock.wall()
    taken = sample(now, node="node-0", seq=seq, boot_id=boot)
    return (await hub.history.accept([SampleEnvelope(cluster="c", sample=taken, received_at=now)]))[0]


async def total(hub: Hub) -> int:
    points = await hub.history.points("c", "node-0", 0, START + 5000 * DAY, 0)
    return sum(point.samples for point in points)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_down", [False, True])
@pytest.mark.parametrize("is_put_right", [False, True])
async def test_nothing_is_deleted_or_taken_twice(hub: Hub, step: float, is_down: bool, is_put_right: bool) -> None:
    for day in range(10):
        assert await push(hub, day) is True
        hub.history.write()
        hub.clock.advance(DAY)
    for change in (step, -step) if is_put_right else (step,):
        if is_down:
            hub.kill()
        hub.clock.step(change)
        if is_down:
            hub.open()
        for seq in range(100, 110):
            await push(hub, seq)
            hub.clock.advance(60)
        hub.history.write()
        hub.clock.advance(DAY)
        hub.history.write()
        assert hub.history.problem is None
        assert await push(hub, 5) is False
    assert await total(hub) == 20


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_rebooted", [False, True])
@pytest.mark.parametrize("is_down", [False, True])
async def test_new_samples_are_shown_after_a_clock_step(
    hub: Hub, step: float, is_rebooted: bool, is_down: bool
) -> None:
    for seq in range(20):
        await push(hub, seq)
        hub.clock.advance(5)
    hub.history.write()
    if is_down:
        hub.kill()
    hub.clock.step(step)
    if is_down:
        hub.open()
    boot, first = ("another", 0) if is_rebooted else ("boot", 20)
    for seq in range(first, first + 5):
        assert await push(hub, seq, boot) is True
        hub.clock.advance(5)
    recent = hub.history.recent("c", "node-0")
    assert recent[-1].at == hub.clock.wall() - 5
    assert hub.history.means("c", "node-0", "cpu_busy_percent", hub.clock.wall() - 25, 25, 1) == [10.0]
    hub.history.write()
    hub.kill()
    (latest,) = hub.open()
    assert (latest.sample.boot_id, latest.sample.seq) == (boot, first + 4)


async def test_a_late_sample_of_an_earlier_boot_does_not_come_to_the_front(hub: Hub) -> None:
    await push(hub, 50, "b1")
    hub.clock.advance(60)
    await push(hub, 1, "b2")
    now = hub.clock.wall()
    for seq, age in ((51, 58.0), (52, 50.0)):
        late = sample(now - age, node="node-0", seq=seq, boot_id="b1")
        assert await hub.history.accept([SampleEnvelope(cluster="c", sample=late, received_at=now)]) == [True]
    hub.kill()
    assert [each.sample.boot_id for each in hub.open()][:2] == ["b1", "b2"]
    hub.history.write()
    hub.kill()
    (latest,) = hub.open()
    assert latest.sample.boot_id == "b2"


async def test_days_are_removed_once_as_many_days_were_recorded_by_the_later_clock(tmp_path) -> None:  # type: ignore[no-untyped-def]
    hub = Hub(tmp_path, days=3)
    try:
        for day in range(3):
            await push(hub, day)
            hub.clock.advance(DAY)
        hub.clock.step(40 * DAY)
        left = []
        for day in range(3, 8):
            await push(hub, day)
            hub.history.write()
            hub.clock.advance(DAY)
            left.append(await total(hub))
        assert left == [4, 5, 3, 4, 4]
    finally:
        hub.history.close()
