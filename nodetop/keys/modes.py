"""What the last line offers while a screen is zoomed, shows the past or a map: the keys that matter then come first."""

from msgspec import Struct


class Offer(Struct, frozen=True):
    """An action by its id, the label of its key, and an action whose key stands beside it."""

    id: str
    label: str
    beside: str = ""


_REST = (Offer("help", "help"), Offer("quit", "quit"))
_LIST = (Offer("filter", "filter"), Offer("sort_menu", "sort"), Offer("details", "details"), Offer("kill", "kill"))
_SCROLL = Offer("up", "scroll", "down")
_TIME = (Offer("step_back", "step", "step_forward"), Offer("jump_back", "minute", "jump_forward"))
_GRAPHS = (Offer("next_panel", "next panel"), Offer("expand", "less or more time", "collapse"))


def offers(*, zoomed: str | None, is_past: bool, can_scroll: bool, can_act: bool) -> tuple[Offer, ...]:
    """Of a zoomed panel, of the past, or of both; empty if neither: then the labels of the actions decide."""
    if not zoomed and not is_past:
        return ()
    found: list[Offer] = []
    if is_past:
        found += [Offer("pause", "back to now"), *_TIME, Offer("go_to_time", "go to")]
    if zoomed:
        found.insert(0, Offer("zoom", "all panels"))
    if zoomed and zoomed != "processes":
        found += [*([_SCROLL] if can_scroll else []), *_GRAPHS, Offer("explain", "explain")]
    else:
        found += [each for each in _LIST if can_act or each.id != "kill"]
    if not is_past:
        found.append(Offer("pause", "pause"))
    return (*found, Offer("trends", "trends"), *_REST)


_OPEN = (Offer("open", "open"), Offer("filter", "filter"), Offer("sort_menu", "sort"))


def cluster_offers(*, is_map: bool, is_past: bool) -> tuple[Offer, ...]:
    """The same for the screen of many nodes."""
    if not is_map and not is_past:
        return ()
    found: list[Offer] = []
    if is_past:
        found += [Offer("pause", "back to now"), *_TIME, Offer("go_to_time", "go to")]
    if is_map:
        found += [Offer("map", "list"), Offer("map_next", "value"), Offer("left", "tile", "right")]
    found += [*_OPEN, *([] if is_map else [Offer("map", "map")]), Offer("trends", "trends")]
    return (*found, *([] if is_past else [Offer("pause", "pause")]), *_REST)
