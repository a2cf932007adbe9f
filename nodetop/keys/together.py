"""Actions that the help shows in one line: there and back, or one for each panel."""

from typing import NamedTuple


class Together(NamedTuple):
    """The ids of the actions; a name that ends with "_" stands for all that begin so. `text` describes them all;
    if it is empty, their own texts are joined."""

    ids: tuple[str, ...]
    text: str = ""


TOGETHER = (
    Together(("up", "down")),
    Together(("page_up", "page_down")),
    Together(("half_page_up", "half_page_down")),
    Together(("first", "last")),
    Together(("left", "right")),
    Together(("expand", "collapse"), "open, close; on graphs: less, more time"),
    Together(("kill", "kill_9"), "send a signal, or KILL; asks first"),
    Together(("nice_lower", "nice_higher"), "nice - 1 (more CPU), + 1 (less)"),
    Together(("sort_previous", "sort_next"), "by the previous, the next column"),
    Together(("search_next", "search_previous")),
    Together(("step_back", "step_forward"), "one sample back, forward"),
    Together(("jump_back", "jump_forward"), "a minute back, forward"),
    Together(("next_panel", "previous_panel")),
    Together(("panel_",), "go to a panel"),
    Together(("toggle_",), "hide or show a panel"),
    Together(("section_",), "go to a section"),
    Together(("window_",), "the last hour, day, week, month"),
    Together(("next_section", "previous_section")),
    Together(("next_layout", "previous_layout"), "next, previous layout"),
    Together(("map_next", "map_previous"), "next, previous value on the map"),
)


def together(name: str) -> Together | None:
    """The line in which an action is shown with others; None if it has a line of its own."""
    return next((each for each in TOGETHER if any(_is_in(name, part) for part in each.ids)), None)


def _is_in(name: str, part: str) -> bool:
    return name.startswith(part) if part.endswith("_") else name == part
