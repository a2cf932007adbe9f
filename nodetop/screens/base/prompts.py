"""The input line that is placed over the footer of a screen."""

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from nodetop.screens.base.overlay import lay
from nodetop.widgets.base.cursor_list import CursorList
from nodetop.widgets.menus.prompt import Prompt, Question


class Prompts:
    """At most one line is open."""

    def __init__(self, screen: Screen[Any], show_footer: Callable[[], object]) -> None:
        self._screen = screen
        self._show_footer = show_footer
        self._open: Prompt | None = None

    @property
    def is_open(self) -> bool:
        return self._open is not None

    async def ask(self, question: Question) -> None:
        """Opens a line and closes one that was open. The line handles its keys itself."""
        if self._open is not None:
            self._open.close()
        self._open = Prompt(question, self._closed)
        await lay(self._screen, self._open)

    async def ask_filter(
        self,
        text: str,
        note: str,
        take: Callable[[str], None],
        label: str = "filter",
        rows: CursorList[Any] | None = None,
    ) -> None:
        """Asks for a filter of `rows`, which is taken with each change; the list then starts at its first match. While
        the text is invalid, `take` raises a TermError: the last valid filter stays, and so does the line. Escape takes
        the empty filter, and the row that was selected before is selected again."""
        from nodetop.base.terms import TermError  # takes 10 ms: not before the first frame

        taken, selected = text, rows.selected if rows is not None else None

        def problem(text: str) -> str | None:
            nonlocal taken
            before = (rows.selected, rows.index, rows.top) if rows is not None else None
            if rows is not None and text != taken:
                rows.home()
                rows.selected = None if text.strip() else selected
            try:
                take(text)
            except TermError as error:
                if rows is not None and before is not None:
                    rows.selected, rows.index, rows.top = before
                return str(error)
            taken = text
            return None

        await self.ask(Question(label, text, note, problem, done=problem, cancelled=lambda: problem("")))

    def cancel(self) -> bool:
        """Closes the line and undoes what it did. False if none was open."""
        if self._open is None:
            return False
        self._open.cancel()
        return True

    def _closed(self) -> None:
        self._open = None
        self._screen.call_after_refresh(self._show_footer)
