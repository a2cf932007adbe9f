"""One visitor's monitor: `nodetop --cluster` in a pseudo terminal of its own, ended with its connection."""

import asyncio
import contextlib
import fcntl
import os
import pty
import shutil
import signal
import struct
import sys
import tempfile
import termios
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

LARGEST = 500
"""Columns or rows that a browser may ask for."""
_END_SECONDS = 3.0
_CHUNK = 65_536
_PATH = "/usr/local/bin:/usr/bin:/bin"


class WebTerminal:
    """A context manager. What the monitor writes goes to `send`, which may make it wait."""

    def __init__(self, arguments: Sequence[str], folder: Path, send: Callable[[bytes], Awaitable[None]]) -> None:
        """`arguments` are those of nodetop. It gets a folder of its own in `folder`, for settings and data, and
        nothing of the hub's environment."""
        self._arguments, self._parent, self._send = arguments, folder, send
        self._readable = asyncio.Event()

    async def __aenter__(self) -> "WebTerminal":
        self._parent.mkdir(mode=0o700, exist_ok=True)
        self._folder = tempfile.mkdtemp(dir=self._parent)
        self._fd, inside = pty.openpty()
        os.set_blocking(self._fd, False)
        self.resize(80, 24)
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "nodetop", *self._arguments, "--data-dir", self._folder,
                stdin=inside, stdout=inside, stderr=inside, start_new_session=True, cwd=self._folder,
                env=self._environment(),
            )  # fmt: skip
        finally:
            os.close(inside)
        asyncio.get_running_loop().add_reader(self._fd, self._readable.set)
        return self

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
        return kept | {
            "PATH": _PATH, "HOME": self._folder, "XDG_CONFIG_HOME": self._folder, "LANG": "C.UTF-8",
            "TERM": "xterm-256color", "COLORTERM": "truecolor",
        }  # fmt: skip

    async def run(self) -> None:
        """Sends what the monitor writes until it ends."""
        while True:
            await self._readable.wait()
            self._readable.clear()
            try:
                data = os.read(self._fd, _CHUNK)
            except BlockingIOError:
                continue
            except OSError:  # the monitor has ended
                return
            if not data:
                return
            await self._send(data)
            self._readable.set()

    def write(self, text: str) -> None:
        """Keys and mouse. What does not fit is dropped: a monitor that does not read cannot be helped by waiting."""
        with contextlib.suppress(OSError):
            os.write(self._fd, text.encode())

    def resize(self, columns: int, rows: int) -> None:
        columns, rows = min(max(columns, 1), LARGEST), min(max(rows, 1), LARGEST)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if hasattr(self, "_process"):
            # It has no controlling terminal, whose kernel would do this.
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGWINCH)

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._fd)
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)  # it may have been suspended
            self._process.terminate()
        os.close(self._fd)
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        finally:  # not in a thread: when the hub stops, this is cancelled
            shutil.rmtree(self._folder, ignore_errors=True)
