"""How far a command is that reads one node after the other."""

import sys

from nodetop.base.text import clean


class Progress:
    """Shows which node is being read, if standard error is a terminal."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._is_shown = sys.stderr is not None and sys.stderr.isatty()

    def next(self, node: str) -> None:
        self._done += 1
        if self._is_shown:
            print(f"\r\x1b[K{self._done}/{self._total} {clean(node, 60)}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._is_shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
