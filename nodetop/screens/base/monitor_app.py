"""The interface of the app that screens use."""

from collections.abc import Iterable, Mapping
from typing import Any

from textual.app import App

from nodetop.drawing.runs import Line
from nodetop.settings.options import Settings


class MonitorApp(App[None]):
    """An app with settings that its screens may change."""

    settings: Settings

    def report_drags(self, wanted: bool) -> None:
        """Asks the terminal to report the pointer while a button is held, or no longer."""
        raise NotImplementedError

    def change_settings(self, **changes: Any) -> None:
        """Changes settings by name: they apply to every screen at once, and are saved for the next start."""
        raise NotImplementedError

    def paint(self, lines: Iterable[tuple[int, int, Line]], sgr: Mapping[str, str]) -> bool:
        """Shows lines, each with its row and column, at once. False: the caller has to refresh its widget."""
        return False

    def repaint_terminal(self) -> None:
        """Sends the whole screen again, as another program may have written to the terminal."""
