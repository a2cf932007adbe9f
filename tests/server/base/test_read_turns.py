"""However many reads there are, other tasks run between two slices of any of them."""

import asyncio

from nodetop.server.base.read_turns import Slices, next_turn

READS = 20


async def test_between_two_slices_the_other_tasks_run() -> None:
    order: list[str] = []

    async def read() -> None:
        for _ in range(3):
            await next_turn()
            order.append("read")

    async def push() -> None:
        while order.count("read") < 3 * READS:
            order.append("push")
            await asyncio.sleep(0)

    pushing = asyncio.create_task(push())
    await asyncio.gather(*(read() for _ in range(READS)))
    assert "read read" not in " ".join(order)
    await pushing


async def test_a_read_pauses_when_its_slice_is_over() -> None:
    slices = Slices()
    rounds = 0

    async def others() -> None:
        nonlocal rounds
        while True:
            rounds += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(others())
    while rounds < 2:  # it would not end if a read never paused
        await slices.pause()
    other.cancel()


def test_each_event_loop_has_its_own_turns() -> None:
    async def reads() -> None:
        await asyncio.gather(*(next_turn() for _ in range(3)))

    asyncio.run(reads())
    asyncio.run(reads())
