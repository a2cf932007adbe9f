"""Look and view according to the settings, for the first frame and for the app."""

import os
from collections.abc import Mapping

from nodetop.drawing.theme import Theme
from nodetop.drawing.themes import THEMES
from nodetop.keys.keymap import keymap
from nodetop.settings.options import Settings
from nodetop.widgets.base.look import Look, make_look
from nodetop.widgets.base.view import View


def look_for(settings: Settings, env: Mapping[str, str] = os.environ) -> Look:
    """The look for these settings; what they leave open is decided by the environment."""
    return make_look(_theme(settings.theme), settings.ascii, keymap(settings.keys, settings.key_changes), env)


def _theme(name: str) -> Theme:
    if name in THEMES:
        return THEMES[name]
    from nodetop.settings.theme_files import theme_named  # late: few users have their own

    return theme_named(name)


def view_for(settings: Settings, look: Look) -> View:
    """A view without data, with the preferences of the settings."""
    view = View(
        glyphs=look.glyphs,
        network_bits=settings.network_bits,
        cpu_of_machine=settings.cpu_of_machine,
        command_folders=settings.command_folders,
        columns=settings.columns,
        workload_columns=settings.workload_columns,
        fahrenheit=settings.fahrenheit,
        interval=settings.interval,
        layout=settings.layout,
    )
    if settings.alerts:
        from nodetop.settings.levels import levels_of  # late: most users change none

        view.levels = levels_of(settings.alerts)
    return view
