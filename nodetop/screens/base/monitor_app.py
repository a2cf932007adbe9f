"""The interface of the app that screens use."""

from typing import Any

from textual.app import App

from nodetop.settings.options import Settings


class MonitorApp(App[None]):
    """An app with settings that its screens may change."""

    settings: Settings

    def change_settings(self, **changes: Any) -> None:
        """Changes settings by name: they apply to every screen at once, and are saved for the next start."""
        raise NotImplementedError

    def repaint_terminal(self) -> None:
        """Sends the whole screen again, as another program may have written to the terminal."""
