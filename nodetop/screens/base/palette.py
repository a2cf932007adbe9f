"""Opens the command palette over a screen."""

from nodetop.keys.action import Action
from nodetop.screens.base.screen import PanelScreen
from nodetop.widgets.menus.palette import Command, Palette, PalettePanel

_OF_KEYS_ONLY = frozenset({
    "palette", "escape", "up", "down", "left", "right", "page_up", "page_down", "half_page_up", "half_page_down",
    "first", "last",
})  # fmt: skip
"""Moving and closing: nobody looks for these in a list in which the same keys move and close."""


async def open_palette(screen: PanelScreen) -> None:
    """Opens it; the chosen action is run once it has closed."""

    async def run(do: str) -> None:
        if do:
            screen.call_later(screen.run_action, do)

    panel = PalettePanel([_command(action, screen) for action in screen.ACTIONS if action.id not in _OF_KEYS_ONLY])
    await screen.menus.open(Palette(panel, screen.look, screen.view), run)


def _command(action: Action, screen: PanelScreen) -> Command:
    return Command(action.group, action.text, " ".join(screen.look.keymap.of(action)), action.do)
