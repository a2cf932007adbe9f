"""Processes of all kinds, made for a test, that stay as they are."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.server.servers import until
from tests.verify.watching import ready

SLEEP = "print('ready', flush=True); import time; time.sleep(600)"
THREADS = (
    "import threading, time\n"
    "for n in range(30): threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
)
MANY = 8
"""Of those that other processes of a machine seldom are, so that a count which leaves them out shows."""
SEVERAL = f"import os\nfor n in range({MANY}):\n  if not os.fork(): import time; time.sleep(600)\n"
# The parent of a vfork waits, uninterruptibly, until its child has gone its own way. This child never does.
WAITING = "import ctypes, time; ctypes.CDLL(None).vfork(); time.sleep(600)"
HOLD = "block = bytearray(b'x') * int({size})\n"


def state(pid: int) -> str:
    """The letter in /proc/PID/stat."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _until_state(pid: int, letter: str) -> None:
    until(lambda: state(pid) == letter, f"process {pid} is {letter}")


@contextmanager
def zoo() -> Iterator[dict[str, int]]:
    """PIDs by what each is."""
    with ExitStack() as stack:

        def python(code: str, *prefix: str) -> int:
            return stack.enter_context(ready(*prefix, sys.executable, "-c", code)).pid

        pids = {
            "asleep": python(SLEEP),
            "nice": python(SLEEP, "nice", "-n", "7"),
            "of 31 threads": python(THREADS + SLEEP),
            "stopped": python(SEVERAL + SLEEP),
            "of 200 MB": python(HOLD.format(size=200e6) + SLEEP),
            "of 300 MB": python(HOLD.format(size=300e6) + SLEEP),
            "of 400 MB": python(HOLD.format(size=400e6) + SLEEP),
        }
        os.killpg(pids["stopped"], signal.SIGSTOP)
        for pid in (pids["stopped"], *children(pids["stopped"])):
            _until_state(pid, "T")
        pids["a zombie"] = _zombie(stack)
        pids["waiting uninterruptibly"] = _waiting(stack)
        if os.geteuid() == 0:
            pids["before others"] = python(SLEEP, "nice", "-n", "-5")
            if shutil.which("chrt"):
                pids["in real time"] = python(SLEEP, "chrt", "-f", "10")
        yield pids


def _zombie(stack: ExitStack) -> int:
    """A child that has ended and whose parent does not ask how; it has sisters."""
    code = f"import os\nfor n in range({MANY}): os.fork() or os._exit(0)\n" + SLEEP
    ended = children(stack.enter_context(ready(sys.executable, "-c", code)).pid)
    for pid in ended:
        _until_state(pid, "Z")
    return ended[0]


def _waiting(stack: ExitStack) -> int:
    process = subprocess.Popen([sys.executable, "-c", WAITING], start_new_session=True)
    stack.callback(process.wait)
    stack.callback(os.killpg, process.pid, signal.SIGKILL)
    _until_state(process.pid, "D")
    return process.pid
