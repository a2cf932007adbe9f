"""What the settings say about how things look, for the first frame and for the app alike."""

import os
from collections.abc import Mapping

from nodetop.keys.keymap import keymap
from nodetop.settings.options import Settings
from nodetop.widgets.base.look import Look, make_look
from nodetop.widgets.base.view import View


def look_for(settings: Settings, env: Mapping[str, str] = os.environ) -> Look:
    """The look that the settings ask for; where they leave it open, what the environment says."""
    return make_look(settings.theme, settings.ascii, keymap(settings.keys, settings.key_changes), env)


def view_for(settings: Settings, look: Look) -> View:
    """A view without data yet, as the settings want it shown."""
    view = View(
        glyphs=look.glyphs,
        network_bits=settings.network_bits,
        cpu_of_machine=settings.cpu_of_machine,
        columns=settings.columns,
        fahrenheit=settings.fahrenheit,
        interval=settings.interval,
        layout=settings.layout,
    )
    if settings.alerts:
        from nodetop.settings.levels import levels_of  # late: most users change none, and the first frame is waiting

        view.levels = levels_of(settings.alerts)
    return view
