"""The journal with torn, damaged, foreign and full files: it loses as little as possible."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base import files
from nodetop.history.hub.journal import Journal, JournalError
from nodetop.history.hub.journal_file import OVERHEAD, Segment, frame
from tests.disk_calls import fail
from tests.history.hub.journals import records, segments, written
from tests.history.small_disk import fill

pytestmark = pytest.mark.may_block  # a journal is opened before there is an event loop; appending is watched below


@pytest.mark.parametrize("torn", [1, OVERHEAD - 1, OVERHEAD, OVERHEAD + 2])
async def test_a_torn_tail_is_passed_over(tmp_path: Path, torn: int) -> None:
    await written(tmp_path, b"one", b"two")
    with segments(tmp_path)[0].open("ab") as file:
        file.write(frame(3, b"three")[:torn])
    journal = Journal(tmp_path)
    assert [payload for _, payload in journal.replay()] == [b"one", b"two"]
    assert journal.damaged == 0
    assert await journal.append(b"again") == 3
    journal.close()
    assert records(tmp_path) == [b"one", b"two", b"again"]


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=8), st.data())
def test_damage_costs_the_damaged_record_only(payloads: list[bytes], data: st.DataObject) -> None:
    frames = [frame(number, payload) for number, payload in enumerate(payloads, 1)]
    hurt = data.draw(st.integers(0, len(frames) - 1))
    position = data.draw(st.integers(0, len(frames[hurt]) - 1))
    spoilt = bytearray(frames[hurt])
    spoilt[position] ^= data.draw(st.integers(1, 255))
    segment = Segment(b"".join([*frames[:hurt], bytes(spoilt), *frames[hurt + 1 :]]))
    expected = [(number, payload) for number, payload in enumerate(payloads, 1) if number != hurt + 1]
    assert list(segment) == expected
    assert segment.damaged == (hurt < len(frames) - 1)


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(data: bytes) -> None:
    assert list(Segment(data)) == []


async def test_damage_is_counted_and_told(tmp_path: Path) -> None:
    await written(tmp_path, b"one", b"two", b"three")
    path = segments(tmp_path)[0]
    path.write_bytes(path.read_bytes().replace(b"two", b"tow"))
    said: list[str] = []
    journal = Journal(tmp_path, report=said.append)
    assert [payload for _, payload in journal.replay()] == [b"one", b"three"]
    journal.close()
    assert journal.damaged == 1
    assert len(said) == 1 and str(path) in said[0]


@pytest.mark.parametrize("failing", ["write", "sync_data", "create", "sync_directory"])
async def test_what_the_disk_refuses_is_refused_and_later_it_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    journal = Journal(tmp_path, segment_bytes=64)
    await journal.append(b"before" * 12)

    with monkeypatch.context() as patch:
        fail(patch, failing, errno.EIO)
        with pytest.raises(JournalError, match="the disk is failing") as refused:
            await journal.append(b"never")
        assert refused.value.errno == errno.EIO
    assert await journal.append(b"after") == 2
    journal.close()
    assert records(tmp_path) == [b"before" * 12, b"after"]


async def test_half_a_write_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    await journal.append(b"before")

    def half(descriptor: int, data: bytes) -> None:
        os.write(descriptor, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "write", half)
        with pytest.raises(JournalError, match="the disk is full: free some space"):
            await journal.append(b"never" * 50)
    await journal.append(b"after")
    journal.close()
    again = Journal(tmp_path)
    assert [payload for _, payload in again.replay()] == [b"before", b"after"]
    assert again.damaged == 0
    again.close()


async def test_a_full_disk(small_disk: Path) -> None:
    journal = Journal(small_disk / "journal", segment_bytes=50_000)
    taken = []
    with pytest.raises(JournalError, match="the disk is full"):
        for index in range(1000):
            await journal.append(b"%06d" % index + bytes(10_000))
            taken.append(index)
    assert taken
    with pytest.raises(JournalError, match="the disk is full"):
        await journal.append(bytes(100_000))
    journal.release(len(taken) - 1)
    await journal.append(b"999999")
    journal.close()
    assert records(small_disk / "journal")[-1] == b"999999"
    fill(small_disk)
    journal = Journal(small_disk / "journal")  # what is there can be read all the same
    assert [payload for _, payload in journal.replay()][-1] == b"999999"
    journal.close()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file")
    with pytest.raises(JournalError, match=r"journal: it is a file where a folder is needed"):
        Journal(tmp_path / "journal")


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    for name in ("notes.journal", "1.txt"):
        (tmp_path / name).write_text("precious")
    assert records(tmp_path) == []
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "notes.journal": "precious",
        "1.txt": "precious",
    }
