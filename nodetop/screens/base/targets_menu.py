"""Opens the menu of what the monitor can switch to: this host and the remembered clusters."""

from collections.abc import Callable

from nodetop.base.text import clean, cut, width
from nodetop.screens.base.screen import PanelScreen
from nodetop.sources.targets import Targets
from nodetop.widgets.menus.menu import Menu, MenuPanel

NONE_REMEMBERED = "no other cluster is remembered; start with: nodetop --cluster URL --code CODE"
_LONGEST_NAME = 32


async def open_targets(screen: PanelScreen, targets: Targets | None, switch: Callable[[Targets, str], None]) -> None:
    """Opens it, or says how a cluster gets into it. `switch` is called with what was chosen."""
    if targets is None:
        screen.hint(NONE_REMEMBERED)
        return
    names = [target.name for target in targets.all]
    shown = [cut(clean(name), _LONGEST_NAME) for name in names]
    widest = max(map(width, shown))
    lines = [
        f"{name}{' ' * (widest - width(name))}  {'open' if each.name == targets.current else '':4}  {clean(each.url)}"
        for name, each in zip(shown, targets.all, strict=True)
    ]
    panel = MenuPanel("show", [line.rstrip() for line in lines], names.index(targets.current))

    def chosen(_: str) -> None:
        name = names[panel.choices.index]
        if name != targets.current:
            switch(targets, name)

    await screen.menus.open(Menu(panel, screen.look, screen.view), chosen)
