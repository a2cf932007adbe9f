"""Runs a program of the host that answers a question, with a deadline. Never on an event loop."""

import os
import time
from collections.abc import Sequence
from typing import NamedTuple

from nodetop.base.text import clean

MOST_BYTES = 1024 * 1024
_MOST_ERRORS = 1000
_CHUNK_BYTES = 65_536


class Answer(NamedTuple):
    """What it wrote."""

    output: str
    errors: str
    code: int


def ask(program: str, arguments: Sequence[str], seconds: float) -> Answer:
    """Of a long answer the first MOST_BYTES; the program is then ended. Raises OSError if it is not there, or needs
    longer than so many seconds."""
    import subprocess  # late: only where a program is asked, and not before the first frame

    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "SYSTEMD_COLORS": "0"}
    deadline = time.monotonic() + seconds
    with subprocess.Popen(
        [program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        try:
            output, errors, is_whole = _read(process.stdout.fileno(), process.stderr.fileno(), deadline)
            code = process.wait(max(deadline - time.monotonic(), 0.1)) if is_whole else 0
        except (TimeoutError, subprocess.TimeoutExpired):
            raise OSError(f"{program} did not answer in {seconds:.0f} s") from None
        finally:
            process.kill()
    return Answer(output.decode("utf-8", "replace"), clean(errors[:_MOST_ERRORS]), code)


def _read(output: int, errors: int, deadline: float) -> tuple[bytes, bytes, bool]:
    """What is written to both, and whether that is all. Raises TimeoutError."""
    import selectors  # late, as above

    found = {output: bytearray(), errors: bytearray()}
    with selectors.DefaultSelector() as selector:
        for each in found:
            selector.register(each, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(deadline - time.monotonic(), 0.0))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK_BYTES)
                found[key.fd] += chunk
                if not chunk:
                    selector.unregister(key.fd)
            if sum(map(len, found.values())) > MOST_BYTES:
                return bytes(found[output][:MOST_BYTES]), bytes(found[errors]), False
    return bytes(found[output]), bytes(found[errors]), True
