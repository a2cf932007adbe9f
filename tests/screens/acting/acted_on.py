"""The app on this host, with a list of processes made for a test."""

import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from msgspec.structs import replace
from textual.pilot import Pilot

from nodetop.app import NodetopApp
from nodetop.model.snapshot import ProcessMetrics
from nodetop.settings.options import Settings
from tests.screens.scripted import until, with_processes
from tests.screens.this_host import ThisHost, this_host

Start = Callable[[], "subprocess.Popen[bytes]"]
SIZE = (120, 40)


async def known_rows(source: ThisHost, pids: Sequence[int]) -> list[ProcessMetrics]:
    """Their rows once they have command lines: a process that has just been started has none, and a busy machine may
    read them later than the first sample."""
    while True:
        processes = (await source.sample()).processes
        assert processes is not None
        rows = [row for row in processes.rows if row.pid in pids]
        assert len(rows) == len(pids)
        if all(row.command for row in rows):
            return rows


@asynccontextmanager
async def running(
    *processes: "subprocess.Popen[bytes]", forge: float = 0.0, readonly: bool = False
) -> AsyncIterator[tuple[Pilot[None], NodetopApp]]:
    """The app on this host, its list these processes alone, all of them tagged where there are several."""
    source = await this_host(readonly=readonly)
    pids = [process.pid for process in processes]
    rows = await known_rows(source, pids)
    rows = [replace(row, started_at=(row.started_at or 0.0) + forge) for row in rows]
    source.show(with_processes(await source.sample(), rows))
    app = NodetopApp(source, Settings())
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: str(pids[0]) in text)
        yield pilot, app


async def seen(pilot: Pilot[None], *parts: str) -> None:
    """Waits until the screen shows all of these."""
    await until(pilot, lambda text: all(part in text for part in parts))
