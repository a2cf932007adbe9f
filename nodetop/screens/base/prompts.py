"""The input line that is placed over the footer of a screen."""

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from nodetop.base.text import clean
from nodetop.screens.base.overlay import lay
from nodetop.widgets.menus.prompt import Prompt, Question


class Prompts:
    """At most one line is open. The callbacks of its question are called only while it is open: messages of a line that
    has been closed are ignored."""

    def __init__(self, screen: Screen[Any], show_footer: Callable[[], object]) -> None:
        self._screen = screen
        self._show_footer = show_footer
        self._open: Prompt | None = None

    @property
    def is_open(self) -> bool:
        return self._open is not None

    async def ask(self, question: Question) -> None:
        """Opens a line and closes one that was open. The line handles its keys itself."""
        self._open = Prompt(question)
        await lay(self._screen, self._open)

    def cancel(self) -> bool:
        """Closes the line and undoes what it did. False if none was open."""
        prompt = self._open
        if prompt is None:
            return False
        self._close(prompt)
        prompt.question.cancelled()
        return True

    def _close(self, prompt: Prompt) -> None:
        self._open = None
        prompt.remove()
        self._screen.call_after_refresh(self._show_footer)

    def changed(self, event: Prompt.Changed) -> None:
        """Something was typed."""
        if event.prompt is self._open:
            _complain(event.prompt, event.prompt.question.changed(event.text))

    def done(self, event: Prompt.Done) -> None:
        """Enter was pressed."""
        if event.prompt is not self._open:
            return
        problem = event.prompt.question.done(event.text)
        if problem is None:
            self._close(event.prompt)
        else:
            _complain(event.prompt, problem)


def _complain(prompt: Prompt, problem: str | None) -> None:
    prompt.complain(None if problem is None else clean(problem))
