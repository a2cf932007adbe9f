"""The row under the cursor: one ground, on which the colours that judge a value stay what they are. Pure."""

from functools import lru_cache

from nodetop.drawing.runs import Line
from nodetop.drawing.theme import GRADIENTS, SELECTED

_DIM = frozenset(("dim", "label", "faint", "free", "key.label", "state.sleeping", "state.idle", "table.header"))
_KEPT = frozenset(("good", "warning", "critical", "live", "paused", "stale", "accent", "key", "match"))


def selected(line: Line) -> Line:
    """The line with the cursor on it."""
    out: Line = []
    for style, text in line:
        style = _style(style)
        if out and out[-1][0] == style:
            out[-1] = (style, out[-1][1] + text)
        else:
            out.append((style, text))
    return out


@lru_cache(maxsize=256)
def _style(style: str) -> str:
    if style in _DIM:
        return "selected.dim"
    group = style.partition(".")[0]
    return SELECTED + style if style in _KEPT or group == "state" or group in GRADIENTS else "selected"
