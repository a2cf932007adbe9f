"""The alert count in the first line of a screen. Pure."""

from nodetop.base.text import clean, cut_host, cut_middle
from nodetop.drawing.runs import Line, plain
from nodetop.widgets.base.view import View

_MOST = 99
_NAME_CELLS, _TITLE_CELLS = 16, 32


def badge(view: View) -> list[Line]:
    """ "2 crit 1 warn" with their marks, and a shorter form with the worst severity only; nothing where no alert needs
    attention. It is placed beside a stretch of blanks, so that other text does not move when it appears. While a past
    time is shown, it is dimmed and says "now"."""
    glyphs, board = view.glyphs, view.board
    pieces: list[Line] = []
    if board.critical:
        pieces.append([("critical", f"{glyphs.critical} {_count(board.critical)} crit")])
    if board.warning:
        pieces.append([("warning", f"{glyphs.warning} {_count(board.warning)} warn")])
    if view.moment is not None and pieces:
        # The alerts are those of now, not of the time that is shown.
        whole = " ".join(plain(piece) for piece in pieces)
        return [[("dim", f"{whole} now")], [("dim", f"{plain(pieces[0])} now")]]
    both: Line = [*pieces[0], ("text", " "), *pieces[1]] if len(pieces) > 1 else []
    return [line for line in (both, *pieces[:1]) if line]


def worst(view: View, node: str) -> list[Line]:
    """What the first alert of the badge is about, with its node if that is another one than `node`."""
    alert = next(iter(view.board.alerts), None)
    if alert is None or not alert.needs_attention or view.moment is not None:
        return []
    from nodetop.alerts.words import title  # late: the first frame has no alerts

    where = "" if clean(alert.node) == node else f"{cut_host(clean(alert.node), _NAME_CELLS)}: "
    return [[("label", f"{where}{cut_middle(title(alert), _TITLE_CELLS)}")]]


def _count(number: int) -> str:
    return str(number) if number <= _MOST else f"{_MOST}+"
