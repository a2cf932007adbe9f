"""Standard output, for the result of a command, and standard error, for what else is to be said."""

import contextlib
import os
import sys
from typing import BinaryIO


def standard_output() -> BinaryIO:
    """Raises OSError where the command was started without one."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    return sys.stdout.buffer


def print_text(text: str) -> None:
    """All of it, at once. A locale without some of its characters gets question marks, not an error. Raises OSError."""
    out = standard_output()
    out.write(text.encode(sys.stdout.encoding or "utf-8", "replace"))
    out.flush()


def tell(message: str, program: str = "nodetop") -> None:
    """One line on standard error. Where that is closed or full, nobody hears it: standard output is for the result."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(f"{program}: {message}", file=sys.stderr)


def drop_unwritten() -> None:
    """Gives up what standard output and error did not take. Python would try again as it ends, complain, and end with
    120 whatever the command ended with."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
