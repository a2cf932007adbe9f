"""A Textual driver that runs on the event loop itself: no helper threads, no polling, no waiting for a slow terminal.

The stock driver's two threads wake ten times a second; this one wakes when a key is pressed. Of each frame it sends
only the cells that the terminal does not show yet. Until the terminal has taken the last frame, Textual's painting is
held: the next frame then shows the newest data, and the ones between are never drawn. Mouse motion (2 ms of CPU per
report) is not reported, only clicks and the wheel.
"""

import asyncio
import codecs
import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from textual import constants, events
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from nodetop.drawing.runs import Line
from nodetop.terminal.tty import ABORT, Tty

_SYNC_QUERY = "\x1b[?2026$p"
_POINTER_SHAPE = "\x1b]22;"
_READ_BYTES = 4096
_FIRST_FRAME_SECONDS = 1.0
ESCAPE_SECONDS = constants.ESCAPE_DELAY if "ESCDELAY" in os.environ else 0.01
"""So long the Escape key waits for the rest of a sequence, as in tmux: terminals send sequences whole, networks rarely
split them, and the key should be answered within 50 ms, of which 17 and more are Textual's."""
_SEQUENCE_SECONDS = max(ESCAPE_SECONDS, 0.1)
"""So long a sequence that has begun waits for its rest: no key is sent like that."""
_ALT_DIGITS = {f"\x1b{digit}": f"alt+{digit}" for digit in "0123456789"}
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


class KeyParser(XTermParser):
    """Understands Alt with a digit. The stock parser turns it into the character that a Mac's Option key would type."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterator[events.Key]:
        if sequence in _ALT_DIGITS:
            yield events.Key(_ALT_DIGITS[sequence], None)
        else:
            yield from super()._sequence_to_key_events(sequence, alt)

    def time_out(self) -> Iterable[Message]:
        """Ends the wait for the rest of a sequence: what came so far is keys."""
        if self._timeout_time is not None:
            self._timeout_time = 0.0
        return self.tick()


class TtyDriver(Driver):
    """Reads and writes one Tty from the event loop. Made by `driver_for`."""

    tty: Tty

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size or self.tty.size())
        self._parser = KeyParser(debug)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._unsent = bytearray()
        self._is_synchronized = self._can_synchronize = False
        self._lines: dict[tuple[int, int], tuple[int, int, Line]] = {}
        self._sgr: Mapping[str, str] = {}
        self._send_is_due = False
        self._hold = ExitStack()
        self._is_held = False
        self._escape_timer: asyncio.TimerHandle | None = None
        self._held_for: tuple[object, object] | None = None
        self._first_frame = ExitStack()
        self._first_frame_stands = False
        self._size_at_start = Size(*self.tty.size())

    @property
    def can_suspend(self) -> bool:
        return True

    # Output

    def write(self, data: str) -> None:
        if data.startswith(_POINTER_SHAPE):
            return  # without motion reports the pointer's position is not known
        if data in (SYNC_START, SYNC_END):
            self._is_synchronized = data == SYNC_START  # sent with the frame, if there is anything to send
            return
        self._paint()  # first what was drawn first
        self._write_frame(self.tty.cells.changes(data), self._is_synchronized)

    def paint(self, lines: Iterable[tuple[int, int, Line]], sgr: Mapping[str, str]) -> bool:
        """Shows lines, each with its row and column, at once and without Textual's compositor: nothing may lie over
        them. False: not now."""
        if self._is_held or self._first_frame_stands or not self.tty.is_full_screen:
            return False
        if sgr is not self._sgr:
            self._paint()
            self._sgr = sgr
        if not self._lines:
            self._loop.call_soon(self._paint)
        self._lines |= {(row, column): (row, column, line) for row, column, line in lines}
        return True

    def _paint(self) -> None:
        """Sends the painted lines: those of all panels together."""
        if self._lines:
            lines, self._lines = self._lines, {}
            self._write_frame(self.tty.cells.paint(lines.values(), self._sgr), self._can_synchronize)

    def _write_frame(self, data: str, is_synchronized: bool) -> None:
        if not data:
            return
        if is_synchronized:
            data = f"{SYNC_START}{data}{SYNC_END}"
        self._unsent += data.encode("utf-8", "replace")
        if not self._send_is_due and not self._is_held:
            self._send_is_due = True
            self._loop.call_soon(self._send)

    def flush(self) -> None:
        if not self._is_held:
            self._send()

    def _send(self) -> None:
        self._send_is_due = False
        try:
            while self._unsent and (sent := self.tty.write_some(self._unsent)):
                del self._unsent[:sent]
        except OSError:
            self._unsent.clear()
            self._end(signal.SIGHUP)
        if bool(self._unsent) != self._is_held:
            self._hold_painting() if self._unsent else self._release_painting()

    def _hold_painting(self) -> None:
        self._is_held = True
        self._hold.enter_context(self._app.batch_update())
        self._held_for = self._painted()
        self._loop.add_writer(self.tty.write_fd, self._send)

    def _release_painting(self) -> None:
        self._loop.remove_writer(self.tty.write_fd)
        self._is_held = False
        self._hold.close()
        if self._app.screen_stack:
            # What changed in the meantime is still marked dirty, but a new size or screen was painted while on hold.
            self._app.screen.refresh() if self._painted() != self._held_for else self._app.screen.check_idle()

    def _painted(self) -> tuple[object, object]:
        return (self._app.size, self._app.screen if self._app.screen_stack else None)

    # The first frame, painted before Textual was imported: it stays until there is newer data to show

    def _keep_first_frame(self) -> None:
        self._first_frame_stands = True
        self._first_frame.enter_context(self._app.batch_update())
        self._loop.call_later(_FIRST_FRAME_SECONDS, self.end_first_frame)

    def end_first_frame(self) -> None:
        """Lets Textual paint from now on. Called for the first new sample, key or size."""
        if self._first_frame_stands:
            self._first_frame_stands = False
            self._first_frame.close()
            self._ask()
            if self._app.screen_stack:
                self._app.screen.refresh(layout=True)

    def repaint(self) -> None:
        """Sends every cell again, as another program may have written to the terminal."""
        self.tty.cells.forget()
        if self._app.screen_stack:
            self._app.screen.refresh()

    def _ask(self) -> None:
        """Asks whether the terminal supports synchronized output; Textual handles the answer."""
        if os.environ.get("TERM_PROGRAM") != "Apple_Terminal":
            self.write(_SYNC_QUERY)

    # Input

    def _read(self) -> None:
        try:
            data = os.read(self.tty.read_fd, _READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self.tty.read_fd)
            self._end(signal.SIGHUP)
            return
        if text := self._decode(data):
            for message in self._parser.feed(text):
                if isinstance(message, TerminalSupportsSynchronizedOutput):
                    self._can_synchronize = True
                if isinstance(message, events.InputEvent):  # and not the terminal's answer to a query
                    self.end_first_frame()
                self.process_message(message)
        if self._escape_timer is not None:
            self._escape_timer.cancel()
        delay = ESCAPE_SECONDS if text.endswith("\x1b") else _SEQUENCE_SECONDS
        self._escape_timer = self._loop.call_later(delay, self._time_out)

    def _time_out(self) -> None:
        # A lone escape is a key only if nothing follows it.
        for message in self._parser.time_out():
            self.process_message(message)

    def send_message(self, message: Message) -> None:
        self._app.post_message(message)

    def _resized(self) -> None:
        size = Size(*self.tty.size())
        if size != self._size_at_start:
            self.end_first_frame()
        self.tty.cells.resize(*size)
        self.repaint()
        self._tell_size()

    def _tell_size(self) -> None:
        size = Size(self.tty.cells.columns, self.tty.cells.rows)
        self.send_message(events.Resize(size, size))

    # Start and end

    def start_application_mode(self) -> None:
        # Signals first: one that comes while the terminal is taken is answered after it.
        self._loop.add_signal_handler(signal.SIGWINCH, self._resized)
        self._loop.add_signal_handler(signal.SIGTSTP, self._suspend)
        self._loop.add_signal_handler(signal.SIGCONT, self._resume)
        for number in _ENDING:
            self._loop.add_signal_handler(number, self._end, number)
        if self.tty.enter():
            self._ask()
        else:
            self._keep_first_frame()
        self.tty.listen()
        self._tell_size() if self.tty.size() == (self.tty.cells.columns, self.tty.cells.rows) else self._resized()
        self._loop.add_reader(self.tty.read_fd, self._read)

    def disable_input(self) -> None:
        self._loop.remove_reader(self.tty.read_fd)
        if self._escape_timer is not None:
            self._escape_timer.cancel()

    def stop_application_mode(self) -> None:
        for number in (signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT, *_ENDING):
            self._loop.remove_signal_handler(number)
        self.disable_input()
        self._first_frame_stands = False
        self._first_frame.close()
        self._loop.remove_writer(self.tty.write_fd)
        unsent, self._unsent = bytes(self._unsent), bytearray()
        self._lines.clear()
        self._is_held = False
        self._hold.close()
        is_clean = self.tty.write_all(unsent)
        self.tty.leave("" if is_clean else ABORT)

    def _end(self, number: int) -> None:
        self._app.exit(return_code=128 + number)

    def _suspend(self) -> None:
        if self._auto_restart:
            self.suspend_application_mode()
            # SIGCONT must find its handler, as that restores the screen.
            self._loop.add_signal_handler(signal.SIGCONT, self._resume)
        os.kill(os.getpid(), signal.SIGSTOP)

    def _resume(self) -> None:
        if not self._auto_restart:
            return
        self.stop_application_mode()  # a no-op after _suspend; needed after SIGSTOP
        self.start_application_mode()
        self.send_message(self.SignalResume())
        self._app.screen.refresh(layout=True)


def driver_for(tty: Tty | None) -> type[Driver] | None:
    """The driver class for a terminal; None: Textual's own choice."""
    return type("BoundTtyDriver", (TtyDriver,), {"tty": tty}) if tty is not None else None
