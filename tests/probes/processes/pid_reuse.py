"""A PID is taken again between the question and the answer. Runs as PID 1 of a PID namespace with its own /proc."""

import asyncio
import os
import signal
import subprocess
import sys
import time

from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.sampler import Sampler
from nodetop.sources.local.processes import LocalProcesses

CANNOT = 77
_TICK_SECONDS = 0.02


async def main() -> int:
    files = HostFiles()
    sampler = Sampler(files, [ProcessesProbe(files)], node="x")
    control = LocalProcesses(sampler)
    first = sleeper()
    processes = sampler.sample().processes
    assert processes is not None
    row = next(row for row in processes.rows if row.pid == first.pid)
    first.kill()
    first.wait()
    began = time.monotonic()
    while time.monotonic() - began < _TICK_SECONDS:  # starts are told apart by the kernel's ticks
        pass
    try:
        with open("/proc/sys/kernel/ns_last_pid", "w") as file:
            file.write(str(row.pid - 1))
    except OSError as error:
        print(f"the next PID cannot be chosen here: {error}")
        return CANNOT
    second = sleeper()
    if second.pid != row.pid:
        print(f"the PID was not taken again: {second.pid} for {row.pid}")
        return CANNOT
    if "no-pidfd" in sys.argv:
        del os.pidfd_open
    outcomes = [
        *await control.signal([row], signal.SIGKILL),
        *await control.renice([row], 5),
        *await control.set_affinity([row], frozenset({0})),
        *await control.ionice([row], "idle", None),
    ]
    print("\n".join(str(outcome.problem) for outcome in outcomes))
    print("alive" if second.poll() is None else "dead", os.getpriority(os.PRIO_PROCESS, second.pid))
    second.kill()
    second.wait()
    return 0


def sleeper() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(["sleep", "60"])


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
