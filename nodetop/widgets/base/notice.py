"""What a source has to say besides its data, at the top of a screen. Pure."""

from nodetop.base.text import clean
from nodetop.drawing.runs import Line
from nodetop.widgets.base.view import View


def notice_pieces(view: View) -> list[Line]:
    """The notice without the details that follow a colon: those were in the footer."""
    if not view.notice:
        return []
    return [[("warning", f"{view.glyphs.warning} {clean(view.notice.partition(': ')[0])}")]]
