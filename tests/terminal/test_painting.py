"""What is sent to a real terminal: little, and what stands there is what a full repaint shows."""

import re
import sys
from typing import Any

import pytest

from tests.pty_terminal import Terminal

CTRL_L, CTRL_Z, DOWN, ESCAPE, F1, F6 = "\x0c", "\x1a", "\x1b[B", "\x1b", "\x1bOP", "\x1b[17~"
SYNC_START, SYNC_END, SUPPORTED = b"\x1b[?2026h", b"\x1b[?2026l", "\x1b[?2026;2$y"


def scripted(kind: str = "calm", **more: Any) -> Terminal:
    return Terminal(command=[sys.executable, "-m", "tests.screens.run_scripted", kind], **more)


def ready(terminal: Terminal) -> Terminal:
    terminal.wait_for(lambda text: "postgres" in text and b"\x1b[?1006h" in terminal.raw)
    seen = len(terminal.raw)
    terminal.press(DOWN)  # answered by Textual: it has taken over
    terminal.wait_for(lambda _: len(terminal.raw) > seen)
    return terminal


def press(terminal: Terminal, keys: str, quiet_seconds: float = 0.4) -> int:
    """Presses keys, waits for what they change to be complete, and returns its bytes."""
    seen = len(terminal.raw)
    terminal.press(keys)
    terminal.wait_for(lambda _: len(terminal.raw) > seen)
    terminal.settle(quiet_seconds)
    return len(terminal.raw) - seen


def looks(terminal: Terminal) -> list[object]:
    """All cells but those of the first line, which has a clock."""
    lines = terminal._screen.buffer
    return [lines[y][x] for y in range(1, terminal._screen.lines) for x in range(terminal._screen.columns)]


def visible(cells: list[Any]) -> list[Any]:
    return [(" ", cell.bg) if cell.data == " " and not (cell.underscore or cell.reverse) else cell for cell in cells]


@pytest.mark.parametrize(
    "environment",
    [
        {"COLORTERM": "truecolor"},
        {"COLORTERM": "", "TERM": "xterm"},
        {"NO_COLOR": "1"},
        {"LC_ALL": "C", "COLORTERM": "truecolor"},
        {"TERM": "screen-256color"},
    ],
    ids=["truecolor", "16 colours", "no colour", "ascii", "clears with its own ground"],
)
def test_after_many_screens_the_terminal_shows_what_a_full_repaint_shows(environment: dict[str, str]) -> None:
    with scripted(env=environment) as terminal:
        ready(terminal)
        for keys in ("t", "/", "post", ESCAPE, F6, DOWN, ESCAPE, "z", "z", DOWN):
            press(terminal, keys, 0.05)  # only that each is drawn before the next is pressed
        terminal.resize(90, 30)
        terminal.wait_for(lambda text: len(text.splitlines()) == 30 and "PID" in text)
        terminal.press(f"{F1}")
        terminal.wait_for("this help")
        terminal.press(ESCAPE)
        terminal.wait_for(lambda text: "this help" not in text and "PID" in text)
        terminal.settle()
        before = visible(looks(terminal))
        seen = len(terminal.raw)
        terminal.press(CTRL_L)
        terminal.wait_for(lambda _: len(terminal.raw) - seen > 1_500)
        terminal.settle()
        assert visible(looks(terminal)) == before


def test_what_another_program_wrote_goes_with_a_repaint_and_after_a_suspension() -> None:
    with scripted() as terminal:
        ready(terminal)
        for keys in (CTRL_L, CTRL_Z):
            terminal._stream.feed(b"\x1b[5;1Hmessage from root")
            terminal.press(keys)
            if keys == CTRL_Z:
                terminal.wait_for(lambda _: b"\x1b[?1049l" in terminal.raw)
                terminal.process.send_signal(18)
            terminal.wait_for(lambda text: "message from root" not in text and "postgres" in text)


def test_each_frame_is_synchronized_and_nothing_is_sent_for_a_frame_that_changes_nothing() -> None:
    with scripted() as terminal:
        terminal.wait_for(lambda _: b"\x1b[?2026$p" in terminal.raw)
        terminal.press(SUPPORTED)
        ready(terminal)
        terminal.settle()
        frames = re.findall(rb"\x1b\[\?2026h(.*?)\x1b\[\?2026l", terminal.raw, re.S)
        assert frames and all(frames), "an empty frame was sent"
        assert terminal.raw.count(SYNC_START) == terminal.raw.count(SYNC_END) == len(frames)


@pytest.mark.parametrize("opens", ["/", F6], ids=["a prompt", "a menu"])
def test_opening_and_closing_sends_about_what_it_covers(opens: str) -> None:
    with scripted(columns=160, rows=48) as terminal:
        ready(terminal)
        terminal.settle()
        assert press(terminal, opens) < 2_000, "a whole screen is some 10,000 bytes"
        assert press(terminal, ESCAPE) < 2_000


def test_textual_takes_over_a_first_picture_without_painting_it_again() -> None:
    with scripted(columns=160, rows=48, env={"COLORTERM": "truecolor"}) as terminal:
        terminal.wait_for(lambda _: b"\x1b[?1006h" in terminal.raw)
        first = len(terminal.raw)
        assert first < 15_000, "16 cores, 60 busy processes"
        ready(terminal)
        assert len(terminal.raw) - first < 2_000
