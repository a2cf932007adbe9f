"""Full garbage collections of a hub are rare, and a test or a program after it has the ordinary ones again."""

import asyncio
import gc

from nodetop.server.base.garbage import collect_rarely


async def test_only_young_objects_are_collected_meanwhile() -> None:
    before = gc.get_threshold()
    task = asyncio.create_task(collect_rarely())
    await asyncio.sleep(0)
    young, middle, full = gc.get_threshold()
    assert young > 0 and middle > 0 and full > 10**6
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert gc.get_threshold() == before
