"""Becomes nobody and asks for, and acts upon, another user's process: python -m tests.probes.as_nobody PID."""

import asyncio
import json
import os
import signal
import sys

import psutil  # noqa: F401  # whoever nobody is, it may not read what is imported later

from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes import details as process_details  # noqa: F401
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.sampler import Sampler
from nodetop.sources.local.processes import LocalProcesses

NOBODY = 65534


async def ask(pid: int) -> dict[str, str | None]:
    files = HostFiles()
    sampler = Sampler(files, [ProcessesProbe(files)], node="x")
    rows = {}
    while pid not in rows or rows[pid].user is None:  # who it is comes with a later sample where there is much to do
        processes = sampler.sample().processes
        assert processes is not None
        rows = {row.pid: row for row in processes.rows}
    row = rows[pid]
    control = LocalProcesses(sampler)
    details = await control.details(row.pid, row.started_at)
    return {
        "environment": details.environment.missing,
        "files": details.files.missing,
        "connections": details.connections.missing,
        "io": details.io.missing,
        "arguments": " ".join(details.arguments.value or ()),
        "signal": (await control.signal([row], signal.SIGTERM))[0].problem,
        "renice": (await control.renice([row], 1))[0].problem,
        "affinity": (await control.set_affinity([row], frozenset({0})))[0].problem,
        "ionice": (await control.ionice([row], "idle", None))[0].problem,
        "own renice": (await control.renice([rows[os.getpid()]], -1))[0].problem,
    }


if __name__ == "__main__":
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    print(json.dumps(asyncio.run(ask(int(sys.argv[1])))))
