"""Runs a program of the host that answers a question, with a deadline. Never on an event loop."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from nodetop.base.text import clean

MOST_BYTES = 1024 * 1024


class Answer(NamedTuple):
    """What it wrote."""

    output: str
    errors: str
    code: int


def ask(program: str, arguments: Sequence[str], seconds: float) -> Answer:
    """Raises OSError if it is not there, or needs longer than so many seconds."""
    import subprocess  # late: only where a program is asked, and not before the first frame

    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "SYSTEMD_COLORS": "0"}
    try:
        done = subprocess.run(
            [program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, env=environment, timeout=seconds,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise OSError(f"{program} did not answer in {seconds:.0f} s") from None
    return Answer(done.stdout[:MOST_BYTES].decode("utf-8", "replace"), clean(done.stderr[:1000]), done.returncode)
