"""The app upon a source, from its start to its end. Imported when the first frame stands."""

from nodetop.app import NodetopApp
from nodetop.settings.options import Settings
from nodetop.sources.source import Source
from nodetop.terminal.tty import Tty


def run_app(source: Source, settings: Settings, tty: Tty | None, node: str | None = None) -> int:
    """Shows the source until the user quits; `node` is opened first. Returns the exit code."""
    app = NodetopApp(source, settings, tty=tty, node=node)
    app.run()
    return app.return_code or 0
