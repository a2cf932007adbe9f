"""Standard output, for the result of a command, and standard error, for what else is to be said."""

import contextlib
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
