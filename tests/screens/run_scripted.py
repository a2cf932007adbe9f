"""A scripted node on a real terminal: python -m tests.screens.run_scripted [calm|busy|hostile|crash]."""

import asyncio
import sys
from collections.abc import AsyncIterator

from nodetop.base.clock import FakeClock
from nodetop.commands.monitor.first_frame import show_first_frame
from nodetop.model.snapshot import ProcessMetrics
from nodetop.settings.options import Settings
from nodetop.sources.source import SnapshotTaken, SourceEvent
from nodetop.terminal.tty import Tty
from tests.screens.scripted import ScriptedSource, with_processes
from tests.widgets.scenes import server

HOSTILE = ("[/foo]", "[@click=app.quit]x", "\x1b]52;c;AAAA\x07", "\x9b2J", "a\nb", "\u202eevil", "日本語" * 90)
BUSY_SECONDS = 0.02


class Busy(ScriptedSource):
    """A new sample in which everything changed, much more often than a terminal that is not read can take."""

    async def events(self) -> AsyncIterator[SourceEvent]:
        for tick in range(1, 1_000_000):
            await asyncio.sleep(BUSY_SECONDS)
            snapshot = with_processes(
                server(tick),
                [ProcessMetrics(pid=pid, name=f"tick-{tick}", command=f"tick-{tick}") for pid in range(50)],
            )
            self.ring.add(snapshot)
            yield SnapshotTaken(snapshot)


class Crash(ScriptedSource):
    async def events(self) -> AsyncIterator[SourceEvent]:
        yield SnapshotTaken(self.ring[0])
        raise RuntimeError("this source is broken")


def main(kind: str) -> int:
    first = server(0)
    if kind == "hostile":
        first = with_processes(first, [ProcessMetrics(pid=9, name=name, command=name) for name in HOSTILE])
    settings = Settings()
    tty = Tty.open()
    if tty is not None:
        show_first_frame(tty, first, settings)
    source = {"busy": Busy, "crash": Crash}.get(kind, ScriptedSource)([first])
    from nodetop.app import NodetopApp

    # The time stands still, so that no sample becomes old.
    app = NodetopApp(source, settings, tty=tty, clock=FakeClock(wall=first.taken_at + 0.5))
    app.run()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "calm"))
