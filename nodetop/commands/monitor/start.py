"""How a monitor starts: the first frame is drawn before anything is imported that it does not need.

This file imports neither asyncio nor a source nor Textual.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from nodetop.base.import_without import import_without
from nodetop.commands.monitor.first_frame import show_first_frame
from nodetop.model.snapshot import NodeSnapshot
from nodetop.settings.options import Settings
from nodetop.terminal.tty import Tty


def first_frame(snapshot: NodeSnapshot, settings: Settings, *, can_signal: bool = False) -> Tty | None:
    """The terminal, with a first frame on it; None if Textual's own driver is to be used."""
    tty = Tty.open()
    if tty is not None:
        show_first_frame(tty, snapshot, settings, can_signal=can_signal)
    return tty


def import_asyncio_without_tls() -> None:
    """asyncio loads OpenSSL: 4 MiB and 5 ms that a monitor of this host does not need."""
    import_without("ssl", "asyncio")


@contextmanager
def given_back(tty: Tty | None) -> Iterator[None]:
    """Restores the terminal afterwards, in every case."""
    try:
        yield
    finally:
        if tty is not None:
            tty.leave()
