"""Full garbage collections of a hub are rare, and a test or a program after it has the ordinary ones again."""

import asyncio
import gc
import weakref

from nodetop.server.base.garbage import GROWTH_BYTES, collect_rarely


async def test_only_young_objects_are_collected_meanwhile() -> None:
    before = gc.get_threshold()
    task = asyncio.create_task(collect_rarely())
    await asyncio.sleep(0)
    young, middle, full = gc.get_threshold()
    assert young > 0 and middle > 0 and full > 10**6
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert gc.get_threshold() == before


class Cycle:
    def __init__(self) -> None:
        self.itself = self


async def test_a_hub_that_grows_collects_old_objects_at_once() -> None:
    used = 0
    task = asyncio.create_task(collect_rarely(resident=lambda: used, check_seconds=0.001))
    await asyncio.sleep(0)
    cycle = Cycle()
    gc.collect(0)
    gc.collect(1)  # it is old now
    found = weakref.ref(cycle)
    del cycle
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert found() is not None
    used = GROWTH_BYTES + 1
    while found() is not None:
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
