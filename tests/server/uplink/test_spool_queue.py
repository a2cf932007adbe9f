"""The queue on disk compared with a plain list: reopening, unfinished writes and damage."""

from collections import deque
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodetop.server.uplink.spool_queue import DiskQueue

PAYLOAD = st.binary(min_size=1, max_size=40)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), PAYLOAD),
        st.tuples(st.just("take"), st.integers(1, 6)),
        st.tuples(st.just("reopen"), st.just(0)),
    ),
    max_size=40,
)


def drain(queue: DiskQueue) -> list[bytes]:
    out: list[bytes] = []
    while records := queue.peek(7)[1]:
        out += records
        queue.advance_to(queue.peek(7)[0])
    return out


def open_queue(folder: Path, max_bytes: int = 10_000, segment_bytes: int = 100) -> DiskQueue:
    return DiskQueue(folder, max_bytes=max_bytes, segment_bytes=segment_bytes)


@given(steps=STEPS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_behaves_like_a_list(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object]]) -> None:
    folder = tmp_path_factory.mktemp("queue")
    queue = open_queue(folder)
    expected: deque[bytes] = deque()
    taken: list[bytes] = []
    for step, value in steps:
        if step == "append":
            assert isinstance(value, bytes)
            queue.append(value)
            expected.append(value)
        elif step == "take":
            assert isinstance(value, int)
            end, records = queue.peek(value)
            assert records == list(expected)[: len(records)]
            assert bool(records) == bool(expected)
            queue.advance_to(end)
            taken += [expected.popleft() for _ in records]
        else:
            queue.close()
            queue = open_queue(folder)
            again = len(queue) - len(expected)  # what was taken of the first segment comes back, no more
            assert 0 <= again <= len(taken)
            for payload in reversed(taken[len(taken) - again :]):
                expected.appendleft(payload)
            del taken[len(taken) - again :]
        assert len(queue) == len(expected)
    assert drain(queue) == list(expected)
    assert queue.dropped == 0
    queue.close()


@given(cut=st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_any_torn_end_costs_only_the_records_it_reaches(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = tmp_path_factory.mktemp("queue")
    queue = open_queue(folder, segment_bytes=10_000)
    for index in range(20):
        queue.append(bytes([index]) * 10)
    queue.close()
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[: path.stat().st_size - cut])
    again = open_queue(folder)
    whole = (20 * 18 - cut) // 18
    assert len(again) == whole
    again.append(b"after")
    assert drain(again) == [bytes([index]) * 10 for index in range(whole)] + [b"after"]
    again.close()


@given(at=st.integers(0, 359), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_is_never_taken_for_data(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    folder = tmp_path_factory.mktemp("queue")
    queue = open_queue(folder, segment_bytes=10_000)
    for index in range(20):
        queue.append(bytes([index]) * 10)
    (path,) = folder.iterdir()
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)
    kept = [bytes([index]) * 10 for index in range(20) if index != at // 18]
    again = open_queue(folder, segment_bytes=10_000)  # as the next run finds it
    is_taken_for_torn = len(again) == 19 and again.dropped == 0 and at // 18 == 19
    assert (len(again), again.dropped) == (19, 1) or is_taken_for_torn
    assert drain(again) == kept
    again.close()


@given(at=st.integers(0, 359), bit=st.integers(0, 7), first=st.integers(0, 19))
@settings(max_examples=60, deadline=None)
def test_a_bit_that_is_flipped_while_the_queue_is_open_costs_one_record(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int, first: int
) -> None:
    folder = tmp_path_factory.mktemp("queue")
    queue = open_queue(folder, segment_bytes=10_000)
    records = [bytes([index]) * 10 for index in range(20)]
    for record in records:
        queue.append(record)
    queue.advance_to(first)
    (path,) = folder.iterdir()
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)
    queue.append(b"after")
    assert drain(queue) == [record for index, record in enumerate(records) if index >= first and index != at // 18] + [
        b"after"
    ]
    assert queue.dropped == (at // 18 >= first)
    queue.close()


@pytest.mark.parametrize(("begin", "end", "lost"), [(0, 18, 1), (180, 360, 10), (90, 100, 1), (342, 360, 1)])
@pytest.mark.parametrize("filling", [b"\0", b"\xff", b"a"])
def test_a_damaged_stretch_costs_the_records_it_touches(
    tmp_path: Path, begin: int, end: int, lost: int, filling: bytes
) -> None:
    queue = open_queue(tmp_path, segment_bytes=10_000)
    records = [bytes([index]) * 10 for index in range(20)]
    for record in records:
        queue.append(record)
    queue.close()
    (path,) = tmp_path.iterdir()
    data = path.read_bytes()
    path.write_bytes(data[:begin] + filling * (end - begin) + data[end:])
    again = open_queue(tmp_path)
    assert drain(again) == [each for index, each in enumerate(records) if not begin < 18 * index + 18 <= end + 17]
    assert again.dropped == lost
    again.close()


def test_bound_drops_whole_oldest_segments_and_counts_them(tmp_path: Path) -> None:
    queue = open_queue(tmp_path, max_bytes=500)
    for index in range(100):
        queue.append(index.to_bytes(12, "big"))  # 20 bytes each: 5 in a segment
    assert queue.size <= 500
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) == queue.size
    kept = drain(queue)
    assert kept == [index.to_bytes(12, "big") for index in range(100 - len(kept), 100)]
    assert queue.dropped == 100 - len(kept) == 75
    queue.close()


def test_what_was_dropped_meanwhile_is_passed_over(tmp_path: Path) -> None:
    queue = open_queue(tmp_path, max_bytes=500)
    for index in range(25):
        queue.append(index.to_bytes(12, "big"))
    end, sent = queue.peek(5)
    for index in range(25, 40):
        queue.append(index.to_bytes(12, "big"))
    queue.advance_to(end)  # those five went long ago
    assert queue.peek(1)[1] == [(15).to_bytes(12, "big")]
    assert sent[0] == bytes(12)
    queue.close()


def test_an_emptied_queue_takes_no_room(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    for _ in range(30):
        queue.append(b"x" * 30)
        queue.advance_to(queue.end)
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) == 0
    queue.close()
    assert list(tmp_path.iterdir()) == []


def test_files_are_private_and_links_are_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_bytes(b"")
    folder = tmp_path / "queue"
    queue = open_queue(folder)
    queue.append(b"x")
    (path,) = folder.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    queue.close()
    (folder / "0000000000000002.spool").symlink_to(target)
    again = open_queue(folder)
    assert again.peek(5)[1] == [b"x"]
    again.append(b"y")
    assert again.dropped == 1  # nobody knows how many were in what cannot be read
    assert drain(again) == [b"x", b"y"]
    assert target.read_bytes() == b""
    again.close()


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nodetop.base.files as module

    queue = open_queue(tmp_path)
    queue.append(b"first")
    write = module.os.write

    def half(descriptor: int, data: bytes) -> int:
        monkeypatch.setattr(module.os, "write", full)
        return write(descriptor, bytes(data)[:3])

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "write", half)
    with pytest.raises(OSError, match="No space"):
        queue.append(b"second")
    monkeypatch.setattr(module.os, "write", write)
    queue.append(b"third")
    queue.close()
    assert drain(open_queue(tmp_path)) == [b"first", b"third"]
