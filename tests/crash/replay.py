"""What the disk may hold after a crash: the disk calls of a run are recorded, and every state that a kill or a power
loss could have left is made and looked at.

After a kill all that was written is there, the last write perhaps in part. After a power loss only what was synced is
sure: of a file's other bytes all, none, some or zeros may be there; of the names in a directory that were changed since
it was synced, the first few.
"""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nodetop.base import files

AFTER_KILL = ("kill", "torn write")
AFTER_POWER_LOSS = ("nothing unsynced", "all names", "torn files", "zeros", "some names")
_RECORDED = ("create", "write", "truncate", "sync", "sync_data", "close", "replace", "remove", "make_directory",
             "sync_directory")  # fmt: skip


@dataclass(frozen=True)
class Call:
    name: str
    path: Path | None
    data: Any = None


class Recorder:
    """Records the calls of a run. `calls` grows; its length is a moment of the run."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._paths: dict[int, Path] = {}
        self._lock = threading.Lock()

    @contextmanager
    def recording(self) -> Iterator["Recorder"]:
        real = {name: getattr(files, name) for name in _RECORDED}
        for name, function in real.items():
            setattr(files, name, self._recorded(name, function))
        try:
            yield self
        finally:
            for name, function in real.items():
                setattr(files, name, function)

    def _recorded(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            with self._lock:
                if name in ("sync", "sync_data", "close"):
                    result = real(*arguments, **named)
                    self._note(name, self._paths.get(arguments[0]))
                elif name in ("write", "truncate"):
                    result = real(*arguments, **named)
                    data = bytes(arguments[1]) if name == "write" else arguments[1]
                    self._note(name, self._paths.get(arguments[0]), data)
                elif name == "create":
                    result = real(*arguments, **named)
                    self._paths[result] = arguments[0]
                    self._note(name, arguments[0])
                elif name == "replace":
                    result = real(*arguments, **named)
                    self._note(name, arguments[0], arguments[1])
                elif name == "remove":
                    result = real(*arguments, **named)
                    self._note(name, arguments[0])
                else:
                    result = None
            if name in ("make_directory", "sync_directory"):  # they make further calls
                result = real(*arguments, **named)
                with self._lock:
                    self._note(name, arguments[0])
            return result

        return call

    def _note(self, name: str, path: Path | None, data: Any = None) -> None:
        if path is not None:
            self.calls.append(Call(name, Path(path), data))


@dataclass
class _File:
    data: bytearray = field(default_factory=bytearray)
    synced: bytes = b""


class Disk:
    """The files after some calls."""

    def __init__(self) -> None:
        self.names: dict[Path, _File] = {}
        self._synced_names: dict[Path, _File] = {}
        self._pending: list[tuple[Path, Path, _File | None]] = []
        """Directory, name, and what the name stood for over time; None: nothing."""

    def apply(self, call: Call, share: float = 1.0) -> None:
        """Only `share` of a write is done."""
        path = call.path
        assert path is not None
        if call.name == "create":
            self._name(path, _File())
        elif path not in self.names and call.name not in ("make_directory", "sync_directory"):
            return  # a file that has another name, or none, by now
        elif call.name == "write":
            self.names[path].data += call.data[: int(len(call.data) * share)]
        elif call.name == "truncate":
            del self.names[path].data[call.data :]
        elif call.name in ("sync", "sync_data"):
            self.names[path].synced = bytes(self.names[path].data)
        elif call.name == "replace":
            moved = self.names[path]
            self._name(path, None)
            self._name(call.data, moved)
        elif call.name == "remove":
            self._name(path, None)
        elif call.name == "sync_directory":
            self._keep(lambda directory: directory == path)

    def _name(self, path: Path, file: _File | None) -> None:
        if file is None:
            self.names.pop(path, None)
        else:
            self.names[path] = file
        self._pending.append((path.parent, path, file))

    def _keep(self, is_kept: Callable[[Path], bool]) -> None:
        left = []
        for directory, path, file in self._pending:
            if not is_kept(directory):
                left.append((directory, path, file))
            elif file is None:
                self._synced_names.pop(path, None)
            else:
                self._synced_names[path] = file
        self._pending = left

    def after(self, how: str, dice: random.Random) -> dict[Path, bytes]:
        """What is on the disk after a crash of this kind."""
        if how in AFTER_KILL:
            return {path: bytes(file.data) for path, file in self.names.items()}
        names = dict(self._synced_names)
        share = {"nothing unsynced": 0.0, "some names": dice.random()}.get(how, 1.0)
        for _, path, file in self._pending[: round(len(self._pending) * share)]:
            if file is None:
                names.pop(path, None)
            else:
                names[path] = file
        return {path: _found(file, how, dice) for path, file in names.items()}


def _found(file: _File, how: str, dice: random.Random) -> bytes:
    more = len(file.data) - len(file.synced)
    if more <= 0 or how in ("nothing unsynced", "all names"):
        return file.synced
    if how == "zeros":
        return file.synced + bytes(more)
    return bytes(file.data[: len(file.synced) + dice.randint(0, more)])


def states(
    calls: list[Call], kinds: tuple[str, ...], count: int, dice: random.Random
) -> Iterator[tuple[int, str, dict[Path, bytes]]]:
    """A number of crash states, spread over the whole run: after how many calls, of which kind, and the files."""
    wanted = sorted((dice.randrange(len(calls) + 1), dice.choice(kinds)) for _ in range(count))
    disk, done = Disk(), 0
    for moment, how in wanted:
        while done < moment:
            disk.apply(calls[done])
            done += 1
        if how == "torn write" and moment < len(calls) and calls[moment].name == "write":
            path = calls[moment].path
            found = disk.after(how, dice)
            if path in found:
                found[path] += calls[moment].data[: dice.randint(0, len(calls[moment].data))]
            yield moment, how, found
        else:
            yield moment, how, disk.after(how, dice)


def lay_out(found: dict[Path, bytes], origin: Path, folder: Path) -> None:
    """Creates the files of a state in another folder."""
    for path, data in found.items():
        target = folder / path.relative_to(origin)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


@contextmanager
def unsynced() -> Iterator[None]:
    """Nothing is synced, because these files need not last."""
    real = {name: getattr(files, name) for name in ("sync", "sync_data")}
    try:
        for name in real:
            setattr(files, name, lambda descriptor: None)
        yield
    finally:
        for name, function in real.items():
            setattr(files, name, function)
