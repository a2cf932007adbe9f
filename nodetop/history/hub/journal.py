"""A journal: records that are on the disk before they are acknowledged. For an asyncio event loop.

    journal = Journal(folder)
    for position, payload in journal.replay(): ...      # records not yet released, also from earlier runs
    position = await journal.append(payload)            # returns when the record is durable
    journal.release(position)                           # records up to here are stored elsewhere now

A thread does the writing. All waiting records are written and synced together, so many callers share one fdatasync
(group commit). A position is the number of a record: it grows by one, also over restarts. Segments are files named by
their first record, deleted when all their records are released. An unfinished record at the end (the process was killed
while writing) is skipped: it was never acknowledged. Damage before the end is skipped and counted.
"""

import asyncio
import errno
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from nodetop.base import files, locks
from nodetop.history.disk_errors import is_temporary, plain
from nodetop.history.hub.journal_file import Segment, frame
from nodetop.history.hub.write_failures import WriteFailures

SEGMENT_BYTES = 8 * 1024 * 1024
SEGMENT_SECONDS = 600.0
MAX_BYTES = 256 * 1024 * 1024
GROUP_BYTES = 4 * 1024 * 1024
"""The most bytes written before a sync."""
CLOSE_SECONDS = 5.0
_UNREADABLE_RECORDS = 1_000_000  # more than a segment holds
_SUFFIX = ".journal"

Position = int
"""The number of a record; the first is 1."""


class JournalError(OSError):
    """Nothing was written: the disk refuses, or the journal is full or closed. The message is one plain line."""

    def __str__(self) -> str:
        return str(self.strerror)


@dataclass
class _Append:
    payload: bytes
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[Position]"


@dataclass
class _File:
    """A segment on the disk."""

    path: Path
    first: Position
    size: int = 0
    began: float = field(default_factory=time.monotonic)


class Journal:
    """See above. `damaged` counts what replay() had to skip; `report` is called with a plain line about it."""

    def __init__(
        self,
        folder: Path,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        segment_seconds: float = SEGMENT_SECONDS,
        max_bytes: int = MAX_BYTES,
        report: Callable[[str], None] = lambda message: None,
    ) -> None:
        """Takes over what is in the folder, which is created (0700) if absent. Raises JournalError, also if another
        process uses the folder."""
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._segment_seconds = segment_seconds
        self._max_bytes = max_bytes
        self._report = report
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[_Append | None] = queue.SimpleQueue()
        self._active: int | None = None
        self._is_closed = False
        self.damaged = 0
        self._damaged_files: set[Path] = set()
        self.failures = WriteFailures(folder)
        try:
            self._folder_lock = _locked(folder)
            self._files = self._found()
        except OSError as error:
            raise JournalError(error.errno, plain(error, folder)) from None
        self.next: Position = self._after_last()
        """The next record to be appended gets this number or a higher one."""
        self._thread = threading.Thread(target=self._work, name="nodetop-journal", daemon=True)
        self._thread.start()

    def _found(self) -> list[_File]:
        paths = [path for path in self._folder.glob(f"*{_SUFFIX}") if path.stem.isdecimal() and path.is_file()]
        return [_File(path, int(path.stem), path.stat().st_size) for path in sorted(paths, key=lambda p: int(p.stem))]

    def _after_last(self) -> Position:
        if not self._files:
            return 1
        last = self._files[-1]
        segment = self._read(last)
        if segment is None:
            return last.first + _UNREADABLE_RECORDS
        return max([last.first, *(number + 1 for number, _ in segment)])

    def _read(self, file: _File) -> Segment | None:
        """A segment; None if it cannot be read or was released meanwhile."""
        try:
            return Segment(files.read(file.path))
        except FileNotFoundError:
            return None
        except OSError as error:
            if is_temporary(error):
                raise JournalError(error.errno, plain(error, self._folder)) from None
            self._count_damage(file, 1, f"a part of the journal cannot be read: {plain(error, file.path)}")
            return None

    def _count_damage(self, file: _File, count: int, message: str) -> None:
        if count and file.path not in self._damaged_files:
            self._damaged_files.add(file.path)
            self.damaged += count
            self._report(message)

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        with self._lock:
            return sum(file.size for file in self._files)

    def replay(self) -> Iterator[tuple[Position, bytes]]:
        """The records not yet released, oldest first. Blocks. Raises JournalError."""
        with self._lock:
            segments = list(self._files)
        for file in segments:
            segment = self._read(file)
            if segment is None:
                continue
            yield from segment
            lost = f"{segment.damaged} part(s) of {file.path} were skipped"
            self._count_damage(file, segment.damaged, f"the journal is damaged: {lost}")

    async def append(self, payload: bytes) -> Position:
        """Returns the record's number when it is on the disk. Raises JournalError if it was not written.

        If the caller is cancelled, the record may have been written or not.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Position] = loop.create_future()
        with self._lock:
            if self._is_closed:
                raise JournalError(errno.EBADF, "the journal is closed")
            self._queue.put(_Append(payload, loop, done))
        return await done

    def release(self, up_to: Position) -> None:
        """Deletes records up to this one, in whole segments; the newest segment is kept. May be called in any thread.
        Raises OSError."""
        with self._lock:
            while len(self._files) > 1 and self._files[1].first <= up_to + 1:
                files.remove(self._files[0].path)
                del self._files[0]

    def close(self) -> None:
        """Writes what was appended; later appends are refused. Safe to call twice. Blocks for a few seconds at most."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            self._queue.put(None)
        self._thread.join(CLOSE_SECONDS)
        os.close(self._folder_lock)

    # The rest runs in the writing thread.

    def _work(self) -> None:
        is_open = True
        while is_open:
            group, is_open = self._group()
            try:
                first = self._write(group) if group else 0
            except Exception as error:
                self.failures.failed(error)
                self._answer(group, error=error)
            else:
                self.failures.wrote()
                self._answer(group, first=first)
        self._end_segment()

    def _group(self) -> tuple[list[_Append], bool]:
        """Waits for appended records and returns them, and whether more may follow."""
        group: list[_Append] = []
        size = 0
        with suppress(queue.Empty):
            while size < GROUP_BYTES:
                item = self._queue.get(block=not group)
                if item is None:
                    return group, False
                group.append(item)
                size += len(item.payload)
        return group, True

    def _write(self, group: list[_Append]) -> Position:
        """Makes the group durable, or leaves the journal unchanged. Returns the number of its first record."""
        first = self.next
        data = b"".join([frame(first + index, item.payload) for index, item in enumerate(group)])
        if self.size + len(data) > self._max_bytes:
            raise JournalError(errno.ENOSPC, "the journal is full, because the history cannot be written")
        file, descriptor = self._segment_for(len(data))
        try:
            files.write(descriptor, data)
            files.sync_data(descriptor)
            if files.is_removed(descriptor):
                raise FileNotFoundError(errno.ENOENT, "the journal was removed", str(self._folder))
        except OSError:
            self._take_back(file, descriptor)
            raise
        with self._lock:
            file.size += len(data)
            self.next = first + len(group)
        return first

    def _segment_for(self, size: int) -> tuple[_File, int]:
        if self._active is not None:
            file = self._files[-1]
            age = time.monotonic() - file.began
            if file.size and (file.size + size > self._segment_bytes or age > self._segment_seconds):
                self._end_segment()
        if self._active is None:
            self._begin_segment()
        assert self._active is not None
        return self._files[-1], self._active

    def _begin_segment(self) -> None:
        path = self._folder / f"{self.next:020d}{_SUFFIX}"
        # A segment of this name has no acknowledged record: the run or the group that began it failed.
        with suppress(FileNotFoundError):
            files.remove(path)
        descriptor = files.create(path)
        try:
            files.sync_directory(self._folder)
        except OSError:
            files.close(descriptor)
            raise
        with self._lock:
            self._files = [file for file in self._files if file.path != path]
            self._files.append(_File(path, self.next))
            self._active = descriptor

    def _take_back(self, file: _File, descriptor: int) -> None:
        # After a failed sync the kernel may have dropped written data, so this file is not written to again.
        with suppress(OSError):
            files.truncate(descriptor, file.size)
        self._end_segment()

    def _end_segment(self) -> None:
        with self._lock:
            descriptor, self._active = self._active, None
        if descriptor is not None:
            with suppress(OSError):
                files.close(descriptor)

    def _answer(self, group: list[_Append], first: Position = 0, error: Exception | None = None) -> None:
        if error is not None and not isinstance(error, JournalError):
            number = error.errno if isinstance(error, OSError) else None
            error = JournalError(number or errno.EIO, plain(error, self._folder))
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Position], Position]]] = {}
        for position, item in enumerate(group, first):
            by_loop.setdefault(item.loop, []).append((item.done, position))
        for loop, answers in by_loop.items():
            with suppress(RuntimeError):  # the loop is closed, so no caller is waiting
                loop.call_soon_threadsafe(_tell, answers, error)


def _tell(answers: "list[tuple[asyncio.Future[Position], Position]]", error: Exception | None) -> None:
    for done, position in answers:
        if done.done():
            continue
        if error is None:
            done.set_result(position)
        else:
            done.set_exception(error)


def _locked(folder: Path) -> int:
    """Creates the folder and locks it for this process. Returns the lock's descriptor."""
    files.make_directories(folder)
    try:
        return locks.take_folder(folder)
    except BlockingIOError:
        raise BlockingIOError(errno.EWOULDBLOCK, "another process is using the journal", str(folder)) from None
