"""What commands (`nodetop-server forget NODE`, `revoke NODE`) ask of the hub on this machine: a file for each request
in the hub's data directory, because no token has these rights."""

import contextlib
import hashlib
import time
from pathlib import Path
from typing import Literal, NamedTuple

from nodetop.base import files
from nodetop.model.hub_api import valid_name
from nodetop.server.base.startup import StartError

FORGET, REVOKE = "forget", "revoke"
"""The kinds of requests, and the folders of their files."""
_UNKNOWN = ".unknown"
"""The suffix that a request's file gets if nothing has the name in it."""
_WAIT_SECONDS = 10.0
_STEP_SECONDS = 0.1


class Request(NamedTuple):
    """A request that waits: its file, and the NODE, CLUSTER/NODE or CLUSTER/* in it."""

    path: Path
    name: str


def name_of(node: str) -> str:
    """A name as it is asked for."""
    return node.strip().lower()


def request(folder: Path, kind: str, node: str) -> Path:
    """Asks the hub that uses this folder to forget or revoke NODE, CLUSTER/NODE or (only revoke) CLUSTER/*. Returns the
    request file, for wait_for_answer(). Raises StartError."""
    name = name_of(node)
    if not _is_valid(name, kind):
        raise StartError(f"{node!r} is not a node name; write NODE, or CLUSTER/NODE for a node of a relaying hub")
    path = folder / kind / hashlib.sha256(name.encode()).hexdigest()[:32]
    try:
        path.with_suffix(_UNKNOWN).unlink(missing_ok=True)
        files.write_atomically(path, [name.encode()], links="replace", for_owner_of_folder=True)
        files.remove_leftovers(path.parent, unused_seconds=files.UNUSED_SECONDS)
    except OSError as error:
        raise StartError(f"Cannot ask the hub in {folder}: {error.strerror}") from None
    return path


def make_folders(hub_folder: Path) -> None:
    """The folders for requests. Called by the hub, so that they are its own. If the disk is full there are none."""
    for kind in (FORGET, REVOKE):
        with contextlib.suppress(OSError):
            (hub_folder / kind).mkdir(mode=0o700, exist_ok=True)


def _is_valid(name: str, kind: str) -> bool:
    cluster, slash, node = name.rpartition("/")
    is_whole_cluster = bool(slash) and kind == REVOKE and node == "*"
    return (valid_name(node) or is_whole_cluster) and (valid_name(cluster) or not slash)


def wait_for_answer(path: Path) -> Literal["done", "unknown", "none"]:
    """What the hub answers within 10 s."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while path.exists():
        if time.monotonic() > deadline:
            return "none"
        time.sleep(_STEP_SECONDS)
    try:
        path.with_suffix(_UNKNOWN).unlink()
    except OSError:
        return "done"
    return "unknown"


def pending(folder: Path, kind: str) -> list[Request]:
    """The requests of a kind. Each stays until answer(), so that none is lost if the hub is killed."""
    found = []
    for path in sorted((folder / kind).glob("[0-9a-f]*")):
        if path.suffix:
            continue
        try:
            name = files.read(path).decode("utf-8", "replace")
            if _is_valid(name, kind):
                found.append(Request(path, name))
            else:
                files.remove(path)
        except OSError:
            continue
    return found


def answer(done: Request, *, is_known: bool) -> None:
    """Ends a request. `is_known`: something had this name. Raises OSError."""
    if is_known:
        files.remove(done.path)
    else:
        files.replace(done.path, done.path.with_suffix(_UNKNOWN))
