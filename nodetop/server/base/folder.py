"""The folder with a server's state: private, used by one process at a time. It also holds the instance id."""

import hashlib
import os
import secrets
import stat
from pathlib import Path

from nodetop.base import files, locks
from nodetop.history.disk_errors import plain
from nodetop.server.base.private_files import read_private
from nodetop.server.base.startup import AlreadyRunning, StartError

HUB_FOLDER, NODE_FOLDER = "hub", "node"
"""Folders inside the data directory, by role."""
INSTANCE_FILE = "instance"
_LOCK_FILE = "lock"
_MACHINE_ID = Path("/etc/machine-id")


def open_folder(path: Path) -> int:
    """Creates the folder (0700) and locks it for this process. Returns the lock's descriptor. Raises StartError."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check(path)
        return locks.take(path / _LOCK_FILE)
    except BlockingIOError:
        raise AlreadyRunning(
            f"Another nodetop-server is using {path}; stop it, or give this one another --data-dir"
        ) from None
    except OSError as error:
        raise StartError(f"Cannot use the data directory {plain(error, path)}") from None


def is_in_use(path: Path) -> bool:
    """Whether a running server uses this folder, which may belong to another user. Raises StartError."""
    try:
        lock = path / _LOCK_FILE
        if lock.exists():  # made by root here, it could not be opened by the server
            os.close(locks.take(lock))
    except BlockingIOError:
        return True
    except OSError as error:
        raise StartError(f"Cannot use the data directory {plain(error, path)}") from None
    return False


def is_gone(path: Path) -> bool:
    """Whether a folder that this process opened has been removed."""
    return not (path / _LOCK_FILE).exists()


def _check(path: Path) -> None:
    status = path.stat()
    if status.st_uid not in (0, os.geteuid()):
        raise StartError(f"The data directory {path} belongs to another user; give another with --data-dir")
    if stat.S_IMODE(status.st_mode) & 0o022:
        raise StartError(f"The data directory {path} can be written by others; run: chmod go-w {path}")
    around = stat.S_IMODE(path.parent.stat().st_mode)
    if around & stat.S_IWOTH and not around & stat.S_ISVTX:
        raise StartError(f"Any user can replace {path}; run: chmod o-w {path.parent}")


def instance_id(folder: Path, machine_id: Path = _MACHINE_ID) -> str:
    """This installation's id, for hubs: 32 hex digits. It is made once, and made again if the folder moved to another
    machine, so that a cloned disk is not mistaken for the original. Raises StartError."""
    machine = _digest(machine_id)
    path = folder / INSTANCE_FILE
    if os.path.lexists(path):
        instance, _, made_on = read_private(path, "instance file").decode("ascii", "replace").strip().partition(" ")
        if len(instance) == 32 and made_on == machine:
            return instance
    instance = secrets.token_hex(16)
    try:
        files.write_atomically(path, [f"{instance} {machine}\n".encode()], links="replace")
    except OSError as error:
        raise StartError(f"Cannot write {plain(error, path)}") from None
    return instance


def _digest(machine_id: Path) -> str:
    try:
        return hashlib.sha256(b"nodetop" + machine_id.read_bytes()).hexdigest()[:16]
    except OSError:
        return "-"
