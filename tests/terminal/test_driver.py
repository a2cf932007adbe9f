"""The terminal itself: taken over once, kept up without blocking, given back however it ends. In a real pty."""

import os
import pty
import re
import signal
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nodetop.terminal.tty import ENTER, LEAVE, Tty, keys_only
from tests.pty_terminal import Terminal

F1, ESCAPE, CTRL_C, CTRL_Z = "\x1bOP", "\x1b", "\x03", "\x1a"
LIVE = "live 2s"


def scripted(kind: str = "calm", **more: Any) -> Terminal:
    return Terminal(command=[sys.executable, "-m", "tests.screens.run_scripted", kind], **more)


@pytest.fixture
def calm() -> Iterator[Terminal]:
    with scripted() as terminal:
        terminal.wait_for(lambda text: "postgres" in text and b"\x1b[?1006h" in terminal.raw)
        yield terminal


def attributes(terminal: Terminal) -> list[Any]:
    return termios.tcgetattr(terminal._fd)


def assert_given_back(terminal: Terminal) -> None:
    raw = bytes(terminal.raw)
    assert raw.count(b"\x1b[?1049h") == raw.count(b"\x1b[?1049l") >= 1
    assert raw.rindex(b"\x1b[?1049l") > raw.rindex(b"postgres")
    for switched_off in (b"\x1b[?1000l", b"\x1b[?1006l", b"\x1b[?2004l", b"\x1b[?1004l", b"\x1b[?25h", b"\x1b[?7h"):
        assert raw.rindex(switched_off) > raw.rindex(b"postgres"), switched_off
    assert attributes(terminal)[3] & termios.ECHO and attributes(terminal)[3] & termios.ICANON


def test_the_first_frame_stands_before_textual_and_is_never_cleared(calm: Terminal) -> None:
    raw = bytes(calm.raw)
    assert raw.startswith(ENTER.encode())
    assert raw.count(b"\x1b[?1049h") == 1 and raw.rindex(b"\x1b[2J") < raw.index(b"postgres")
    assert raw.index(b"postgres") < raw.index(b"\x1b[?1000h"), "data are on the screen before the keys are listened to"
    assert b"\x1b[?1003h" not in raw and b"\x1b[?1002h" not in raw, "no reports of motion"
    calm.press("q")
    assert calm.wait_end() == 0
    assert_given_back(calm)


def test_keys_that_are_typed_before_textual_is_there_are_not_lost() -> None:
    with scripted() as terminal:
        terminal.wait_for("postgres")
        terminal.press("q")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)


def test_escape_alone_and_function_keys_are_understood(calm: Terminal) -> None:
    calm.press(F1)
    calm.wait_for("Esc close")
    calm.press(ESCAPE)
    calm.wait_for("postgres")


def test_a_sequence_that_comes_in_pieces_is_one_key() -> None:
    with scripted(env={"ESCDELAY": "600000"}) as terminal:  # ms: on a busy machine the rest is read late
        terminal.wait_for("postgres")
        terminal.press("?")
        terminal.wait_for("this help")  # the app runs, and takes the terminal again after a stop
        terminal.press("q")
        terminal.wait_for(lambda text: "this help" not in text and "postgres" in text)
        for pieces in (("\x1b", "OP"), ("\x1bO", "P"), ("\x1b[", "11~")):
            terminal.press_in_pieces(*pieces)
            terminal.wait_for("this help")
            terminal.press("q")
            terminal.wait_for(lambda text: "this help" not in text and "postgres" in text)


def test_alt_and_a_digit_hide_a_panel_and_show_it(calm: Terminal) -> None:
    calm.wait_for("³disks")
    calm.press("\x1b3")
    calm.wait_for(lambda text: "disks" not in text)
    calm.press("\x1b3")
    calm.wait_for("³disks")


def test_menus_opened_faster_than_they_are_drawn_have_the_keys(calm: Terminal) -> None:
    calm.wait_for("PID")
    calm.press("sqCquqsCuqCsqu")  # what a menu has no key for does nothing
    calm.wait_for("everybody")
    calm.press("qs\x1b[B\x1b[B\r")
    calm.wait_for("rss ▼")
    calm.press("\x1bOR\x1bOR/")
    calm.wait_for("filter ")
    assert "Traceback" not in calm.text


def test_clicks_and_the_wheel_arrive(calm: Terminal) -> None:
    calm.press(F1)
    calm.wait_for("Esc close")  # so the widgets are there, not only a first picture of them
    calm.press(ESCAPE)
    calm.wait_for(lambda text: "MEM%" in text and "Esc close" not in text)
    row = next(y for y, line in enumerate(calm.text.splitlines(), 1) if "MEM%" in line)
    column = calm.text.splitlines()[row - 1].index("MEM%") + 1
    calm.press(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
    calm.wait_for("mem ▼")
    calm.press(f"\x1b[<65;{column};{row + 3}M")
    calm.wait_for(lambda text: re.search(r"\b4-\d+/60", text))


def test_clicks_that_come_faster_than_the_help_closes_close_it_once(calm: Terminal) -> None:
    calm.press(F1)
    calm.wait_for("Esc close")
    calm.press("\x1b[<0;9;9M\x1b[<0;9;9m" * 3)
    calm.wait_for(lambda text: "Esc close" not in text and "postgres" in text)
    calm.press("q")
    assert calm.wait_end() == 0


def test_takes_a_new_size(calm: Terminal) -> None:
    calm.resize(80, 24)
    text = calm.wait_for(lambda text: len(text.splitlines()) == 24 and "WRITE" not in text and "F1 help" in text)
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_and_gives_the_terminal_back(calm: Terminal, number: signal.Signals) -> None:
    calm.process.send_signal(number)
    assert calm.wait_end() == 128 + number
    assert_given_back(calm)


def test_a_signal_before_textual_is_there_gives_the_terminal_back() -> None:
    with scripted() as terminal:
        terminal.wait_for("postgres")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_end() == 128 + signal.SIGTERM
        assert_given_back(terminal)


def test_control_c_quits(calm: Terminal) -> None:
    calm.press(CTRL_C)
    assert calm.wait_end() == 0
    assert_given_back(calm)


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the state of a process is read from /proc")
def test_control_z_suspends_and_the_screen_comes_back(calm: Terminal) -> None:
    calm.press(CTRL_Z)
    calm.wait_for(lambda _: state_of(calm.process.pid) == "T" and b"\x1b[?1049l" in calm.raw)
    calm.settle()
    assert_given_back(calm)
    seen = len(calm.raw)
    calm.process.send_signal(signal.SIGCONT)
    calm.wait_for(lambda text: b"\x1b[?1049h" in calm.raw[seen:] and b"postgres" in calm.raw[seen:] and LIVE in text)
    assert calm.raw[seen:].count(b"\x1b[?1049h") == 1
    assert not attributes(calm)[3] & termios.ECHO
    calm.press("q")
    assert calm.wait_end() == 0


def test_hostile_names_do_not_reach_the_terminal() -> None:
    with scripted("hostile") as terminal:
        terminal.wait_for(lambda text: "[@click=app.quit]x" in text and b"\x1b[?1006h" in terminal.raw)
        terminal.press(F1)
        terminal.wait_for("Esc close")
        terminal.press("q")
        terminal.wait_for("[/foo]")
        for forbidden in (b"\x1b]", b"\x07", b"\xc2\x9b", b"\x9b2J", "\u202e".encode()):
            assert forbidden not in terminal.raw, forbidden


def test_a_terminal_that_takes_nothing_holds_up_neither_samples_nor_the_way_out() -> None:
    with scripted("busy") as terminal:
        terminal.wait_for("tick-")
        seen = len(terminal.raw)
        time.sleep(1.5)  # what is tested: nobody reads, while some seventy full frames fall due
        terminal.wait_for(lambda text: newest(text) > 30)
        backlog = len(terminal.raw) - seen
        assert backlog < 400_000, "frames between were drawn, and not left out"
        terminal.press("q")
        assert terminal.wait_end() == 0


def newest(text: str) -> int:
    ticks = [
        int(word.removeprefix("tick-")) for word in text.split() if word.startswith("tick-") and word[5:].isdigit()
    ]
    return max(ticks, default=0)


def test_a_crash_gives_the_terminal_back_and_says_what_happened() -> None:
    with scripted("crash") as terminal:
        assert terminal.wait_end() == 1
        assert b"this source is broken" in terminal.raw
        assert terminal.raw.rindex(b"this source is broken") > terminal.raw.rindex(b"\x1b[?1049l")
        assert attributes(terminal)[3] & termios.ECHO


def test_without_colour_no_colour_is_sent() -> None:
    with scripted(env={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for(lambda text: "postgres" in text and b"\x1b[?1006h" in terminal.raw)
        assert not re.search(rb"\x1b\[(?:[0-9;]*;)?[34]8;[25];|\x1b\[(?:[0-9;]*;)?[39][0-7]m", terminal.raw)


def test_another_driver_that_is_asked_for_is_used() -> None:
    assert Tty.open({"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}) is None


# The terminal on its own


@pytest.fixture
def pair() -> Iterator[tuple[int, Tty]]:
    outside, inside = pty.openpty()
    os.set_blocking(inside, False)
    yield outside, Tty(inside, inside)
    os.close(outside)
    os.close(inside)


def test_enters_once_and_leaves_once(pair: tuple[int, Tty]) -> None:
    outside, tty = pair
    before = termios.tcgetattr(tty.read_fd)
    assert tty.enter() and not tty.enter()
    assert os.read(outside, 4096) == ENTER.encode()
    assert not termios.tcgetattr(tty.read_fd)[3] & termios.ECHO
    tty.leave("BYE")
    tty.leave()
    assert os.read(outside, 4096) == b"BYE" + LEAVE.encode()
    assert termios.tcgetattr(tty.read_fd) == before


def test_gives_up_on_a_terminal_that_takes_nothing(pair: tuple[int, Tty], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodetop.terminal.tty.PATIENCE_SECONDS", 0.05)
    _, tty = pair
    assert not tty.write_all(b"x" * 1_000_000)
    assert tty.write_some(b"x") == 0


def test_a_size_of_nothing_is_eighty_by_twenty_four(pair: tuple[int, Tty]) -> None:
    assert pair[1].size() == (80, 24)


def test_keys_only_leaves_what_it_was_given(pair: tuple[int, Tty]) -> None:
    before = termios.tcgetattr(pair[1].read_fd)
    copy = [*before[:6], list(before[6])]
    assert keys_only(before) != before and before == copy
