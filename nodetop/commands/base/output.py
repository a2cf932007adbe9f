"""Standard output, for the result of a command, and standard error, for all other messages."""

import contextlib
import os
import sys
from typing import BinaryIO

EXIT_INTERRUPTED = 130


def standard_output() -> BinaryIO:
    """Standard output. Raises OSError if the command was started without one."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    return sys.stdout.buffer


def print_text(text: str) -> None:
    """Prints all of it at once. Characters that the locale lacks become question marks. Raises OSError."""
    out = standard_output()
    out.write(text.encode(sys.stdout.encoding or "utf-8", "replace"))
    out.flush()


def print_error(message: str, program: str = "nodetop") -> None:
    """Prints one line on standard error. If that is closed or full the line is lost, without an error."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(f"{program}: {message}", file=sys.stderr)


def print_os_error(error: OSError, program: str = "nodetop") -> int:
    """Prints what failed, in one line, and returns the exit code: 0 if only the reader of the output went away."""
    if isinstance(error, BrokenPipeError):
        return 0
    where = f"{error.filename}: " if error.filename else ""
    print_error(f"{where}{error.strerror or error}", program)
    return 1


def drop_unwritten() -> None:
    """Discards output that could not be written. Otherwise Python would try again at exit, print an error, and replace
    the exit code by 120."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
