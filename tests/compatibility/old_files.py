"""The files that an earlier nodetop wrote, copied to where they may be used, and servers that live in their time."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.server.servers import COMMAND, Server, server

FILES = Path(__file__).parent / "files"


def copied(name: str, target: Path) -> Path:
    """A copy of an old file or folder, as it would lie on a user's disk: folders 0700, files 0600."""
    source = FILES / name
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return target


@contextmanager
def server_at(wall: float, folder: Path, *arguments: object) -> Iterator[Server]:
    """A real server that starts at a time by its wall clock, so that nothing on its disk is too old for it."""
    shift = f"import time; now = time.time; by = {wall} - now(); time.time = lambda: now() + by\n"
    with server(folder, *arguments, command=[*COMMAND[:-1], shift + COMMAND[-1]]) as running:
        yield running
