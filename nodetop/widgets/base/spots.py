"""Parts of a panel that do something when they are clicked: the marks in a header. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from nodetop.widgets.base.view import Panel


class Spot(Struct, frozen=True):
    """`cells` cells of line `y` from `x` on, and the id of the action that a click on them runs."""

    x: int
    y: int
    cells: int
    action: str


class Spots:
    """A panel derives from this and sets its spots while it draws."""

    spots: Sequence[Spot] = ()


def spot_at(panel: Panel | None, x: int, y: int) -> str | None:
    """The id of the action at a place of a panel; None where there is none."""
    if not isinstance(panel, Spots):
        return None
    return next((each.action for each in panel.spots if each.y == y and each.x <= x < each.x + each.cells), None)
