"""The queue of a slow subscriber is bounded, by number and by bytes."""

import asyncio

from nodetop.server.fleet.sample_queue import MAX_BYTES, MAX_BYTES_OF_ALL, MAX_SAMPLES, SampleQueue, SampleQueues


async def test_the_oldest_are_lost_beyond_a_number_and_beyond_a_size() -> None:
    queue = SampleQueue()
    for number in range(MAX_SAMPLES + 2):
        queue.put(str(number).encode())
    assert (len(queue), await queue.get()) == (MAX_SAMPLES, b"2")
    for letter in b"abcdef":
        queue.put(bytes([letter]) * (MAX_BYTES // 4))
    assert len(queue) == 4
    assert (await queue.get())[:1] == b"c"


async def test_one_sample_is_kept_however_large_it_is() -> None:
    queue = SampleQueue()
    queue.put(b"x" * (MAX_BYTES + 1))
    queue.put(b"y" * (MAX_BYTES + 1))
    assert len(queue) == 1
    assert (await queue.get())[:1] == b"y"


def test_all_queues_together_are_bounded_and_the_fullest_lose() -> None:
    queues: SampleQueues[str] = SampleQueues()
    small = queues.add("small")
    queues.put("small", b"s")
    full = [queues.add(f"n{number}") for number in range(2 * MAX_BYTES_OF_ALL // MAX_BYTES)]
    for number in range(len(full)):
        for _ in range(4):
            queues.put(f"n{number}", b"x" * (MAX_BYTES // 4))
    assert MAX_BYTES_OF_ALL - MAX_BYTES // 4 < small.bytes + sum(queue.bytes for queue in full) <= MAX_BYTES_OF_ALL
    assert len(small) == 1 and min(len(queue) for queue in full) >= 1
    for number, queue in enumerate(full):
        queues.remove(f"n{number}", queue)
    queues.put("small", b"s")
    assert len(small) == 2


async def test_a_reader_waits_for_the_next_one() -> None:
    queue = SampleQueue()
    reading = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    assert not reading.done()
    queue.put(b"a")
    assert await reading == b"a"
