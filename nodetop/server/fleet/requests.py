"""What commands (`nodetop-server forget NODE`, `revoke NODE`) ask of the hub on this machine: a file for each request
in the hub's data directory, because no token has these rights."""

import contextlib
import hashlib
import time
from pathlib import Path

from nodetop.base import files
from nodetop.model.hub_api import valid_name
from nodetop.server.base.startup import StartError

FORGET, REVOKE = "forget", "revoke"
"""The kinds of requests, and the folders of their files."""
_WAIT_SECONDS = 10.0
_STEP_SECONDS = 0.1


def request(folder: Path, kind: str, node: str) -> Path:
    """Asks the hub that uses this folder to forget or revoke NODE, CLUSTER/NODE or (only revoke) CLUSTER/*. Returns the
    request file; the hub removes it when it is done. Raises StartError."""
    name = node.strip().lower()
    if not _is_valid(name, kind):
        raise StartError(f"{node!r} is not a node name; write NODE, or CLUSTER/NODE for a node of a relaying hub")
    path = folder / kind / hashlib.sha256(name.encode()).hexdigest()[:32]
    try:
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


def wait_until_done(path: Path) -> bool:
    """Whether the hub removes the request file within 10 s."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while path.exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(_STEP_SECONDS)
    return True


def take_requests(folder: Path, kind: str) -> list[str]:
    """Removes the request files of a kind and returns the names in them: NODE, CLUSTER/NODE or CLUSTER/*."""
    requested = []
    for path in sorted((folder / kind).glob("[0-9a-f]*")):
        try:
            name = files.read(path).decode()
            files.remove(path)
        except (OSError, UnicodeError):
            continue
        if _is_valid(name, kind):
            requested.append(name)
    return requested
