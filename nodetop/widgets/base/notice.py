"""A notice of the source in the first line of a screen. Pure."""

from nodetop.base.text import clean
from nodetop.drawing.runs import Line
from nodetop.widgets.base.view import View


def notice_pieces(view: View) -> list[Line]:
    """The source's notice up to its first colon; the footer has shown all of it."""
    if not view.notice:
        return []
    return [[("warning", f"{view.glyphs.warning} {clean(view.notice.partition(': ')[0])}")]]
