"""nodetop and a reference tool over the same seconds; loads that end with the test."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Snapshots = list[dict[str, Any]]
ENVIRONMENT = {**os.environ, "LC_ALL": "C", "S_TIME_FORMAT": "ISO"}


def start_nodetop(seconds: int, *arguments: str, prefix: Sequence[str] = ()) -> "subprocess.Popen[str]":
    """`nodetop --json` for so many seconds, a snapshot each."""
    command = [sys.executable, "-m", "nodetop", "--json", "--interval", "1", "--count", str(seconds), *arguments]
    return subprocess.Popen([*prefix, *command], stdout=subprocess.PIPE, text=True)


def snapshots_of(process: "subprocess.Popen[str]") -> Snapshots:
    """What it printed, once it ended."""
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


def snapshot(*arguments: str, prefix: Sequence[str] = ()) -> dict[str, Any]:
    """One of now."""
    return snapshots_of(start_nodetop(1, *arguments, prefix=prefix))[0]


def beside(seconds: int, *reference: str) -> tuple[Snapshots, str]:
    """nodetop and a command that runs as long, started together; the command's output."""
    ours = start_nodetop(seconds)
    theirs = run(*reference)
    return snapshots_of(ours), theirs


def run(*command: str, **options: Any) -> str:
    """Output of a command that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=120, **options)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


@contextmanager
def load(*command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A command that makes load while the block runs."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    process = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known)


def mean_of(snapshots: Snapshots, value: Callable[[dict[str, Any]], float | None]) -> float:
    """Of a number of each snapshot."""
    return mean([value(each) for each in snapshots])
