"""Extra processes for monitors to show, or to disturb them."""

import contextlib
import subprocess
from collections.abc import Iterator, Sequence

IDLE = ("sleep", "infinity")


@contextlib.contextmanager
def extra_processes(count: int, command: Sequence[str] = IDLE) -> Iterator[None]:
    """So many processes of a command, killed with the block."""
    with killed_at_the_end([subprocess.Popen(command, stdin=subprocess.DEVNULL) for _ in range(count)]):
        yield


@contextlib.contextmanager
def killed_at_the_end(started: Sequence[subprocess.Popen[bytes]]) -> Iterator[None]:
    """Kills all that have been started when the block ends."""
    try:
        yield
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()
