"""Calls the user to the terminal when a critical alert opens: by the bell, or by a notification of the desktop where
the terminal can show one. Off unless the user wants it. Pure."""

from collections.abc import Mapping

from nodetop.alerts import words
from nodetop.alerts.board import Board
from nodetop.base.text import clean, cut

WAYS = ("off", "bell", "notify")
BELL = "\a"
_OSC_9 = ("iTerm.app", "WezTerm", "ghostty")
_OSC_777 = ("rxvt-unicode", "foot")
_LONGEST = 120


class AlertBell:
    """Alerts that were open at the start do not ring; see begin()."""

    def __init__(self, way: str, env: Mapping[str, str]) -> None:
        self._way, self._env = way, env
        self._known: set[tuple[str, ...]] | None = None

    def begin(self, board: Board) -> None:
        """From now on, other alerts than these ring."""
        self._known = _critical(board).keys() | (self._known or set())

    def take(self, board: Board) -> str:
        """What to write to the terminal; empty if no critical alert has opened since the last call."""
        if self._way == "off" or self._known is None:
            return ""
        critical = _critical(board)
        new = [text for key, text in critical.items() if key not in self._known]
        self._known = set(critical)
        if not new:
            return ""
        more = f" and {len(new) - 1} more" if len(new) > 1 else ""
        return signal(self._way, cut(clean(new[0]), _LONGEST) + more, self._env)


def _critical(board: Board) -> dict[tuple[str, ...], str]:
    """The critical alerts that need attention, by their keys."""
    return {
        alert.key: f"{alert.node}: {words.title(alert)} {words.value(alert, alert.value)}"
        for alert in board.alerts
        if alert.severity == 2 and alert.needs_attention
    }


def signal(way: str, text: str, env: Mapping[str, str]) -> str:
    """The bell, and a notification if the way is "notify" and the terminal is known to show them: iTerm2, WezTerm and
    Ghostty by OSC 9, foot and rxvt-unicode by OSC 777. Inside tmux and screen only the bell."""
    program, term = env.get("TERM_PROGRAM", ""), env.get("TERM", "")
    if way != "notify" or env.get("TMUX") or term.startswith(("tmux", "screen")):
        return BELL
    if program in _OSC_9:
        return f"\x1b]9;nodetop: {text}\x1b\\{BELL}"
    if term.startswith(_OSC_777):
        return f"\x1b]777;notify;nodetop;{text.replace(';', ',')}\x1b\\{BELL}"
    return BELL
