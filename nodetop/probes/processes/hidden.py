"""Detects whether /proc hides other users' processes. proc(5): the mount option hidepid."""

import os

from nodetop.probes.host_files import HostFiles

_NOTICE = "only your own processes: /proc hides other users' (hidepid)"


def hides_others(files: HostFiles) -> str | None:
    """Why other users' processes are not visible; None if they are, or if it is unknown.

    Process 1 always exists, and kill(2) finds it even if /proc does not show it.
    """
    if not files.own_pids or not _exists(1):
        return None
    try:
        os.stat(f"{files.proc}/1/stat")
    except (FileNotFoundError, PermissionError):
        return _NOTICE
    except OSError:
        return None
    return None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
