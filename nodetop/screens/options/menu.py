"""Opens the options beside the panels of a screen."""

import asyncio

from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.options.choices import options
from nodetop.settings.theme_files import theme_names
from nodetop.widgets.menus.options import OptionRow, OptionsMenu, OptionsPanel


async def open_options(screen: PanelScreen) -> None:
    """Opens them. Changes apply to every screen at once and are saved."""
    themes = await asyncio.to_thread(theme_names)
    known = {option.name: option for option in options(tuple(screen.view.layout.known), themes)}
    app = screen.app
    where = app.settings.settings_file

    def read() -> list[OptionRow]:
        return [OptionRow(each.group, each.name, each.text(app.settings), each.note) for each in known.values()]

    panel = OptionsPanel(read, f"saved in {where}" if where else "not saved: only until the monitor ends")
    await screen.menus.open(
        OptionsMenu(
            panel, screen.look, screen.view,
            lambda name, steps: screen.remember(**known[name].turned(app.settings, steps)),
        )
    )  # fmt: skip
