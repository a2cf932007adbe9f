"""`nodetop-server forget NODE` writes a request file into the hub's data directory: no token has this right."""

import hashlib
import time
from pathlib import Path

from nodetop.base import files
from nodetop.model.hub_api import valid_name
from nodetop.server.base.startup import StartError
from nodetop.server.fleet.fleet_node import Key

FOLDER = "forget"
_WAIT_SECONDS = 10.0
_STEP_SECONDS = 0.1


def request(folder: Path, node: str) -> Path:
    """Asks the hub that uses this folder to forget NODE or CLUSTER/NODE. Returns the request file; the hub removes it
    when it is done. Raises StartError."""
    name = node.strip().lower()
    if not all(valid_name(part) for part in name.split("/")) or name.count("/") > 1:
        raise StartError(f"{node!r} is not a node name; write NODE, or CLUSTER/NODE for a node of a relaying hub")
    path = folder / FOLDER / hashlib.sha256(name.encode()).hexdigest()[:32]
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        files.write_atomically(path, [name.encode()], links="replace")
        files.remove_leftovers(path.parent, unused_seconds=files.UNUSED_SECONDS)
    except OSError as error:
        raise StartError(f"Cannot ask the hub in {folder}: {error.strerror}") from None
    return path


def wait_until_done(path: Path) -> bool:
    """Whether the hub removes the request file within 10 s."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while path.exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(_STEP_SECONDS)
    return True


def take_requests(folder: Path, cluster: str) -> list[Key]:
    """Removes the request files and returns the nodes they name. A name without a cluster is in the hub's own."""
    requested = []
    for path in sorted((folder / FOLDER).glob("[0-9a-f]*")):
        try:
            name = files.read(path).decode()
            files.remove(path)
        except (OSError, UnicodeError):
            continue
        of, slash, node = name.rpartition("/")
        if valid_name(node):
            requested.append((of if slash else cluster, node))
    return requested
