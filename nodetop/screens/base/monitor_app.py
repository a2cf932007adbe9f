"""What screens ask of the app that shows them."""

from typing import Any

from textual.app import App

from nodetop.settings.options import Settings


class MonitorApp(App[None]):
    """An app with settings that its screens may change."""

    settings: Settings

    def change_settings(self, **changes: Any) -> None:
        """Settings by name: in force on every screen at once, and kept for the next start."""
        raise NotImplementedError
