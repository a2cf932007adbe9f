"""Finds calls of nodetop's own code that block an event loop: Python tells its audit hooks of each."""

import sys
import sysconfig
from asyncio import _get_running_loop
from pathlib import Path
from types import FrameType
from typing import Any

import nodetop

BLOCKING = frozenset(
    {"open", "os.listdir", "os.scandir", "os.rename", "os.remove", "os.mkdir", "time.sleep", "subprocess.Popen"}
    | {"shutil.rmtree", "socket.getaddrinfo", "socket.gethostbyname", "fcntl.flock"}
)
_OURS = str(Path(nodetop.__path__[0]).resolve())
_LIBRARY = sysconfig.get_paths()["stdlib"]


class LoopWatch:
    """While entered, collects in `found` where a running event loop was blocked."""

    _current: "LoopWatch | None" = None
    _hooked = False

    def __init__(self) -> None:
        self.found: list[str] = []

    def __enter__(self) -> "LoopWatch":
        if not LoopWatch._hooked:  # a hook cannot be taken away again
            sys.addaudithook(_hear)
            LoopWatch._hooked = True
        LoopWatch._current = self
        return self

    def __exit__(self, *_: object) -> None:
        LoopWatch._current = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    watch = LoopWatch._current
    if watch is None or event not in BLOCKING or _get_running_loop() is None:
        return
    caller = _caller(sys._getframe(1))
    if caller is not None:
        watch.found.append(f"{event}{arguments!r:.100} at {caller}")


def _caller(frame: FrameType | None) -> str | None:
    """Where nodetop made the call; None where another library did, or an import."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return None
        if file.startswith(_OURS):
            return f"{file}:{frame.f_lineno}"
        if "site-packages" in file or not file.startswith((_LIBRARY, "<")):
            return None
        frame = frame.f_back
    return None
