"""A journal with a failing disk reports it for long enough to be noticed."""

import errno
import itertools
import os
from contextlib import suppress
from pathlib import Path

import pytest

from nodetop.base import files
from nodetop.history.hub import write_failures
from nodetop.history.hub.journal import Journal, JournalError
from tests.disk_calls import fail

pytestmark = pytest.mark.may_block


async def test_a_sync_that_fails_now_and_then_is_said_for_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path)
    calls = itertools.count(1)
    real = files.sync_data

    def sync(descriptor: int) -> None:
        if next(calls) % 3 == 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    monkeypatch.setattr(files, "sync_data", sync)
    taken = []
    for number in range(9):
        with suppress(JournalError):
            await journal.append(b"%d" % number)
            taken.append(b"%d" % number)
    assert journal.failures.problem == (
        f"the journal could not be written 3 times in the last minutes: {tmp_path}: the disk is failing: "
        "see the kernel log"
    )
    await journal.append(b"last")
    assert journal.failures.problem is not None
    monkeypatch.setattr(write_failures, "SHOWN_SECONDS", -1.0)
    assert journal.failures.problem is None
    journal.close()
    assert [payload for _, payload in Journal(tmp_path).replay()] == [*taken, b"last"]


async def test_a_full_disk_is_said_until_it_has_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    with monkeypatch.context() as patch:
        fail(patch, "write")
        with pytest.raises(JournalError):
            await journal.append(b"one")
    assert journal.failures.problem == f"the hub accepts no samples: {tmp_path}: the disk is full: free some space"
    await journal.append(b"two")
    assert journal.failures.problem is None
    journal.close()
