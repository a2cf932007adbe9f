"""Whether /proc keeps the processes of other users from this one. proc(5): the mount option hidepid."""

import os

from nodetop.probes.base.host_files import HostFiles

_NOTICE = "only your own processes: /proc hides those of others (hidepid)"


def hides_others(files: HostFiles) -> str | None:
    """Why other users' processes are not seen; None where they are, or where nobody can tell.

    The first process always exists, and kill(2) knows it whatever /proc shows.
    """
    if not files.live or not _exists(1):
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
