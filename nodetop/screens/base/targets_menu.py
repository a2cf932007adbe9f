"""Opens the menu of what the monitor can switch to: this host and the remembered clusters."""

from collections.abc import Callable

from nodetop.base.text import clean
from nodetop.screens.base.screen import PanelScreen
from nodetop.sources.targets import Targets
from nodetop.widgets.menus.menu import Menu, MenuPanel

NONE_REMEMBERED = "no other cluster is remembered; start with: nodetop --cluster URL --code CODE"


async def open_targets(screen: PanelScreen, targets: Targets | None, switch: Callable[[Targets, str], None]) -> None:
    """Opens it, or says how a cluster gets into it. `switch` is called with what was chosen."""
    if targets is None:
        screen.hint(NONE_REMEMBERED)
        return
    names = [target.name for target in targets.all]
    width = max(map(len, names))
    lines = [
        f"{clean(target.name):{width}}  {'open' if target.name == targets.current else '':4}  {clean(target.url)}"
        for target in targets.all
    ]
    panel = MenuPanel("show", [line.rstrip() for line in lines], names.index(targets.current))

    def chosen(_: str) -> None:
        name = names[panel.choices.index]
        if name != targets.current:
            switch(targets, name)

    await screen.menus.open(Menu(panel, screen.look, screen.view), chosen)
