"""A real terminal for tests: a pty, a command in it, and what its screen shows."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

import pyte

# pyte trips over these: private modes it does not know, and device control strings.
_UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP.*?\x1b\\", re.S)

_TAKEN = b"\x1b[?1049h"
"""What a program writes that takes the whole screen."""

WAIT_SECONDS = 50.0
"""For what takes a moment where nothing else runs, and long on a busy machine."""


class Terminal:
    """Runs `python -m nodetop ARGUMENTS` (or `command`) in a pty of a size; ends it when left."""

    def __init__(
        self,
        *arguments: object,
        columns: int = 120,
        rows: int = 40,
        env: Mapping[str, str] | None = None,
        command: list[str] | None = None,
    ) -> None:
        self.raw = bytearray()
        """All that was sent to the terminal."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._fd, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            command or [sys.executable, "-m", "nodetop", *map(str, arguments)],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env={**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self._inside = os.ttyname(inside)
        os.close(inside)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self._fd)

    def press(self, keys: str) -> None:
        """Sends keys as a terminal does: "q", "\\x1b[A", "\\x03"."""
        os.write(self._fd, keys.encode())

    def press_in_pieces(self, *pieces: str) -> None:
        """Sends keys of which the command reads each piece by itself: it is stopped until the piece is there."""
        inside = os.open(self._inside, os.O_RDONLY | os.O_NOCTTY)

        def wait_for_unread(count: int) -> None:
            while struct.unpack("i", fcntl.ioctl(inside, termios.FIONREAD, b"0000")) != (count,):
                self._read(0.001)

        for piece in pieces:
            taken = self.raw.count(_TAKEN)
            self.process.send_signal(signal.SIGSTOP)
            while self._threads_that_run():  # else one of them still reads the piece, and it is never seen unread
                self._read(0.001)
            self.press(piece)
            wait_for_unread(len(piece))
            self.process.send_signal(signal.SIGCONT)
            wait_for_unread(0)
            while self.raw.count(_TAKEN) == taken:  # it takes the terminal anew, and until then keys are lines
                self._read(0.001)
        os.close(inside)

    def _threads_that_run(self) -> list[Path]:
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/stat")
        return [thread for thread in threads if thread.read_text().rpartition(")")[2].split()[0] != "T"]

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def text(self) -> str:
        """What the screen shows now, as lines without trailing blanks."""
        screen = self._screen
        # Not screen.display, which raises an error on half of a wide character: a frame may be half read.
        lines = ("".join(screen.buffer[y][x].data for x in range(screen.columns)) for y in range(screen.lines))
        return "\n".join(line.rstrip() for line in lines)

    def wait_for(self, condition: "str | Callable[[str], object]", seconds: float = WAIT_SECONDS) -> str:
        """The screen's text once it contains a text or fulfils a condition. Fails with the screen in the message."""
        return self._wait(condition if callable(condition) else lambda text: condition in text, seconds)

    def take_for(self, seconds: float) -> None:
        """Takes what comes for so long, as a person looks at what a key did."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._read(left)

    def settle(self, seconds: float = 0.1) -> str:
        """The screen's text once nothing came for so long."""
        while self._read(seconds):
            pass
        return self.text

    def wait_end(self, seconds: float = WAIT_SECONDS) -> int:
        """The exit code, once the command ended."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self._read(0.05)
        while self._read(0):
            pass
        assert self.process.poll() is not None, f"still running; the screen:\n{self.text}"
        return self.process.returncode

    def _wait(self, condition: Callable[[str], object], seconds: float) -> str:
        deadline = time.monotonic() + seconds
        while not condition(self.text):
            ended = self.process.poll() is not None
            more = self._read(0.05)
            if (ended and not more) or time.monotonic() > deadline:
                state = f"ended with {self.process.returncode}" if ended else "runs"
                raise AssertionError(f"not seen; the command {state}; the screen:\n{self.text}")
        return self.text

    def _read(self, seconds: float) -> bool:
        if not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # EIO: nobody is left at the other end
            return False
        self.raw += data
        self._stream.feed(_UNKNOWN.sub(b"", data))
        return bool(data)
