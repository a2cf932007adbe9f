"""The terminal in full-screen mode: entered before Textual is imported, passed to its driver, and always restored.

Imports nothing heavy: the first frame is drawn 50 ms after start, before Textual is imported.
"""

import atexit
import contextlib
import os
import select
import signal
import sys
import termios
import time
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any, NoReturn

from nodetop.drawing.runs import Line
from nodetop.terminal.cells import ScreenCells

# Alternate screen, cleared, cursor hidden, no wrapping at the right edge (a full last line must not scroll).
ENTER = "\x1b[?1049h\x1b[m\x1b[2J\x1b[?25l\x1b[?7l"
# Clicks and wheel as SGR reports; focus reports; bracketed paste; keys distinguished from escape (kitty's level 1).
LISTEN = "\x1b[?1000h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[>1u"
# Switches off everything that may have been switched on; then shows the previous screen again.
REPORT_DRAGS = "\x1b[?1002h"
# In some terminals one mode of the mouse replaces the other: then none is left.
REPORT_CLICKS = "\x1b[?1002l\x1b[?1000h"
LEAVE = "\x1b[<u\x1b[?2004l\x1b[?1004l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[0m\x1b[?7h\x1b[?1049l\x1b[?25h"
ABORT = "\x18"
"""CAN: makes a terminal abandon an incomplete escape sequence."""
PATIENCE_SECONDS = 1.0
_ERASE_IN_COLOUR = ("xterm", "tmux", "linux", "rxvt", "alacritty", "foot", "wezterm", "konsole", "gnome", "vte", "st-")
FALLBACK_SIZE = (80, 24)


class Tty:
    """One terminal, opened a second time so that O_NONBLOCK does not affect the shell's own descriptor."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self.read_fd = read_fd
        self.write_fd = write_fd
        self._attributes: list[Any] | None = None
        self._is_full_screen = False
        self._listens = False
        self.cells = ScreenCells(*self.size(), erases_in_colour=erases_in_colour(os.environ.get("TERM", "")))
        """What it shows in full-screen mode."""

    @classmethod
    def open(cls, env: Mapping[str, str] = os.environ) -> "Tty | None":
        """The terminal of stdin and stdout; None if they are not one, or if TEXTUAL_DRIVER names another driver."""
        if env.get("TEXTUAL_DRIVER") or sys.__stdin__ is None or sys.__stdout__ is None:
            return None
        try:
            read_fd, stdout = sys.__stdin__.fileno(), sys.__stdout__.fileno()
            if not (os.isatty(read_fd) and os.isatty(stdout)):
                return None
            return cls(read_fd, os.open(os.ttyname(stdout), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC))
        except (OSError, ValueError):
            return None  # a container whose /dev/pts is not the terminal's: use the stock driver

    def size(self) -> tuple[int, int]:
        """Columns and lines."""
        try:
            columns, lines = os.get_terminal_size(self.write_fd)
        except OSError:
            return FALLBACK_SIZE
        return (columns, lines) if columns and lines else FALLBACK_SIZE  # a serial console reports 0 x 0

    def enter(self) -> bool:
        """Enters full-screen mode; keys are neither echoed nor turned into signals, and wait to be read.

        Returns False, and does nothing, if it is in that mode already.
        """
        if self._is_full_screen:
            return False
        self._is_full_screen = True
        self._attributes = _quietly_get(self.read_fd)
        if self._attributes is not None:
            _quietly_set(self.read_fd, keys_only(self._attributes))
        self.write_all(ENTER.encode())
        self.cells.resize(*self.size())
        self.cells.cleared()
        atexit.register(self.leave)
        return True

    def paint(self, lines: Iterable[Line], sgr: Mapping[str, str]) -> None:
        """Shows a picture: lines from the upper left corner on, and theme.sgr's result."""
        self.write_all(self.cells.paint([(row, 0, line) for row, line in enumerate(lines)], sgr).encode())

    @property
    def is_full_screen(self) -> bool:
        return self._is_full_screen

    def listen(self) -> None:
        """Turns on reports of mouse, focus and paste. They wait to be read."""
        if not self._listens:
            self._listens = True
            self.write_all(LISTEN.encode())

    def leave(self, before: str = "") -> None:
        """Restores the terminal. `before` is written first. Safe to call at any time, also twice."""
        if not self._is_full_screen:
            return
        self._is_full_screen = self._listens = False
        self.write_all((before + LEAVE).encode())
        if self._attributes is not None:
            _quietly_set(self.read_fd, self._attributes)
        atexit.unregister(self.leave)

    def write_some(self, data: bytes | bytearray | memoryview) -> int:
        """Writes as much as the terminal takes at once, and returns how much. Raises OSError if the terminal is
        gone."""
        try:
            return os.write(self.write_fd, data)
        except (BlockingIOError, InterruptedError):
            return 0

    def write_all(self, data: bytes) -> bool:
        """Writes everything, waiting at most PATIENCE_SECONDS; False if the terminal is gone or stuck."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self.write_some(rest) :]
                if rest and not select.select([], [self.write_fd], [], max(deadline - time.monotonic(), 0))[1]:
                    return False
        except OSError:
            return False
        return True


def leave_on_signals(tty: Tty) -> None:
    """Restores the terminal before a signal ends the process. Used until Textual's driver takes over.

    It exits at once: an exception raised during an import could come out as another one."""

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        tty.leave()
        os._exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, stop)


def erases_in_colour(term: str) -> bool:
    """Whether a terminal fills what it clears with the current ground: terminfo's `bce`, without reading it. GNU screen
    does not; tmux does, although its entry does not say so."""
    return term.startswith(_ERASE_IN_COLOUR)


def keys_only(attributes: list[Any]) -> list[Any]:
    """Terminal attributes for reading single keys: no echo, no lines, no signals, no flow control, no translation; and
    LF only moves down, which terminal/moves.py uses."""
    iflag, oflag, cflag, lflag, ispeed, ospeed, cc = attributes
    iflag &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    oflag &= ~termios.ONLCR
    lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    cc = list(cc)
    cc[termios.VMIN], cc[termios.VTIME] = 1, 0
    return [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]


def _quietly_get(fd: int) -> list[Any] | None:
    try:
        return termios.tcgetattr(fd)
    except termios.error:
        return None


def _quietly_set(fd: int, attributes: list[Any]) -> None:
    with contextlib.suppress(termios.error):
        termios.tcsetattr(fd, termios.TCSANOW, attributes)
