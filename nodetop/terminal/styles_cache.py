"""Textual's cache of styles, without its leak: a closed screen is freed.

Textual 8.2 caches StylesCache.get_inner_outer by an lru_cache on the method, whose keys keep up to 1,024 caches of
widgets alive, with all their lines (Textual issue 6665): 130 to 190 kB for each screen that was opened.
"""

from functools import lru_cache
from typing import Any

from textual._styles_cache import StylesCache
from textual.color import Color


def free_closed_widgets() -> None:
    """Makes Textual cache these styles by their colours only. Does nothing if Textual has no such cache."""
    cached: Any = StylesCache.get_inner_outer
    method = getattr(cached, "__wrapped__", None)
    if method is None:
        return
    cached.cache_clear()

    @lru_cache(1024)
    def by_colours(base: Color, background: Color) -> Any:
        return method(None, base, background)

    def get_inner_outer(_: StylesCache, base: Color, background: Color) -> Any:
        return by_colours(base, background)

    StylesCache.get_inner_outer = get_inner_outer  # type: ignore[method-assign, assignment]
