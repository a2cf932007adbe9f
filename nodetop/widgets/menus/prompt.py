"""The input line at the bottom: a filter, a search, a time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static


def _nothing(text: str) -> str | None:
    return None


class Question(NamedTuple):
    """What is asked for. `text` is the initial text, `note` is shown beside it."""

    label: str
    text: str
    note: str
    changed: Callable[[str], str | None] = _nothing
    """Called with the text after each change; returns what is wrong with it, or None."""
    done: Callable[[str], str | None] = _nothing
    """Called with the text on Enter; returns what is wrong with it, or None. On an error the line stays open."""
    cancelled: Callable[[], object] = lambda: None
    """Called when Escape closes the line."""


class Prompt(Horizontal):
    """A label, the input, and what is wrong with it. Each change is posted, so that it takes effect at once."""

    @dataclass
    class Changed(Message):
        """The text of the line has changed."""

        prompt: "Prompt"
        text: str

    @dataclass
    class Done(Message):
        """Enter was pressed: the text is accepted."""

        prompt: "Prompt"
        text: str

    def __init__(self, question: Question) -> None:
        super().__init__(id="prompt")
        self.question = question
        self._is_open = asyncio.Event()
        self._is_done = False

    def compose(self) -> ComposeResult:
        yield Static(f" {self.question.label} ", markup=False, id="prompt-label")
        line = Input(self.question.text, id="prompt-input", compact=True, select_on_focus=False)
        line.cursor_blink = False
        yield line
        yield Static(self.question.note, markup=False, id="prompt-note")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._is_open.set()

    async def take_early(self, event: events.Key) -> None:
        """Takes a key that was pressed before the line had the focus, so that it does not act on what is below."""
        await self._is_open.wait()
        line = self.query_one(Input)
        if line.has_focus or self._is_done:
            return
        line.screen.set_focus(line)
        if event.is_printable and event.character:
            line.insert_text_at_cursor(event.character)
            event.prevent_default()

    def complain(self, message: str | None) -> None:
        """Shows what is wrong beside the line; None: nothing is."""
        note = self.query_one("#prompt-note", Static)
        note.update(message or self.question.note)
        note.set_class(message is not None, "wrong")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._is_done = True
        self.post_message(self.Done(self, event.value))
