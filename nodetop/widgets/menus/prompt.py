"""The input line at the bottom: a filter, a search, a time."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from nodetop.base.text import clean
from nodetop.keys.names import textual_name
from nodetop.keys.overlays import PROMPT_SHOWN
from nodetop.widgets.base.footer import FooterPanel

_KEYS_FROM = 60
"""From this width on, the line names its keys."""


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


class _Line(Input):
    """An input that accepts its text in the same step as Enter: keys that were pressed after Enter and wait already
    act on what is below the line, as they would if they came later."""

    def __init__(self, prompt: "Prompt") -> None:
        super().__init__(prompt.question.text, id="prompt-input", compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._prompt = prompt

    async def _on_key(self, event: events.Key) -> None:
        # Not by a binding: those act when the key has gone the way up to the app, and the next key is here sooner.
        if self._prompt.is_closed:
            event.stop().prevent_default()
            self.app.post_message(events.Key(event.key, event.character))
        elif event.key == "enter":
            event.stop().prevent_default()
            self._prompt.accept(self.value)
        elif event.key == "escape":
            event.stop().prevent_default()
            self._prompt.cancel()

    async def action_submit(self) -> None:
        self._prompt.accept(self.value)  # an Enter that was pressed before the line had the focus


class _Keys(Static):
    """The keys that end the line. A click on one presses it."""

    def __init__(self) -> None:
        super().__init__("".join(f" {key} {label} " for key, label in PROMPT_SHOWN), markup=False, id="prompt-keys")

    def on_click(self, event: events.Click) -> None:
        event.stop()
        footer = FooterPanel(PROMPT_SHOWN)
        if (key := footer.key_at(event.x)) is not None:
            self.app.call_later(self.app.simulate_key, textual_name(key))


class Prompt(Horizontal):
    """A label, the input, and what is wrong with it. Each change takes effect at once."""

    def __init__(self, question: Question, closed: Callable[[], object]) -> None:
        super().__init__(id="prompt")
        self.question = question
        self.is_closed = False
        self._report_closed = closed
        self._text = question.text
        self._is_open = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield Static(f" {self.question.label} ", markup=False, id="prompt-label")
        yield _Line(self)
        if self.app.size.width >= _KEYS_FROM:
            yield _Keys()
        yield Static(self.question.note, markup=False, id="prompt-note")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._is_open.set()

    async def take_early(self, event: events.Key) -> None:
        """Takes a key that was pressed before the line had the focus, so that it does not act on what is below."""
        await self._is_open.wait()
        line = self.query_one(Input)
        if line.has_focus or self.is_closed:
            return
        line.screen.set_focus(line)
        if event.is_printable and event.character:
            line.insert_text_at_cursor(event.character)
            event.prevent_default()

    def close(self) -> None:
        """Closes the line; what is typed from now on does not belong to it."""
        if self.is_closed:
            return
        self.is_closed = True
        self.screen.set_focus(None)
        self.call_after_refresh(self.remove)  # keys that wait for the line pass through it first
        self._report_closed()

    def cancel(self) -> None:
        """Closes the line and undoes what it did."""
        self.close()
        self.question.cancelled()

    def accept(self, text: str) -> None:
        """Ends the line with this text, unless something is wrong with it: then it stays and says what."""
        self._change(text)
        problem = self.question.done(text)
        if problem is None:
            self.close()
        else:
            self._complain(problem)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if not self.is_closed:
            self._change(event.value)

    def _change(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._complain(self.question.changed(text))

    def _complain(self, problem: str | None) -> None:
        """Shows what is wrong beside the line; None: nothing is."""
        note = self.query_one("#prompt-note", Static)
        # The text stands beside it already: what is wrong comes first.
        note.update(self.question.note if problem is None else clean(problem.removeprefix(f"{self._text!r}: ")))
        note.set_class(problem is not None, "wrong")
        for keys in self.query(_Keys):
            keys.display = problem is None  # what is wrong needs the room
