"""nodetop-server as a process that need not import it: forked from one that has, which each worker of pytest has once.

Python needs longer to import a hub than the hub needs to start, and the tests start hundreds. What the process does
from then on is what the command does: its arguments, environment, files and signals are its own. That the command
imports what it needs is tested with those that are started as commands: test_cluster.py, tests/crash and others.
"""

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from subprocess import TimeoutExpired

_IMPORTED = [
    "nodetop.server.cli",
    "nodetop.server.roles",
    "nodetop.server.hub",
    "nodetop.server.serve_hub",
    "nodetop.server.hub_commands",
]
_POLL_SECONDS = 0.01


@cache
def _context() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    return context


def _main(arguments: Sequence[str], environment: Mapping[str, str], folder: str, out: Path, err: Path) -> None:
    """In the new process."""
    for number, (path, how) in enumerate(((os.devnull, os.O_RDONLY), (out, os.O_WRONLY), (err, os.O_WRONLY))):
        opened = os.open(path, how | os.O_APPEND)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w", errors="backslashreplace")
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["nodetop-server", *arguments]
    from nodetop.server.cli import main  # late: pytest has no need of it

    main()


class ForkedServer:
    """With the members of subprocess.Popen that tests use."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> None:
        given = (arguments, dict(environment), str(Path.cwd()), out, err)
        self._process: ForkServerProcess = _context().Process(target=_main, args=given)
        self._process.start()

    @property
    def pid(self) -> int:
        pid = self._process.pid
        assert pid is not None
        return pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise TimeoutExpired("nodetop-server", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
