"""What is wrong with the disk, in one plain line that says how to mend it. Pure."""

import errno
from pathlib import Path

_FULL = "the disk is full: free some space"
_REASONS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: "the disk quota is used up: free some space",
    errno.EACCES: "no permission: make it yours to write, or name another data folder",
    errno.EPERM: "no permission: make it yours to write, or name another data folder",
    errno.EROFS: "the file system is read-only: name another data folder",
    errno.EEXIST: "it is a file where a folder is needed: move it away, or name another data folder",
    errno.ENOTDIR: "it is a file where a folder is needed: move it away, or name another data folder",
    errno.ELOOP: "it is a symbolic link, which is not followed: put a real file or folder there",
    errno.EIO: "the disk fails: look at the kernel's log",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n)",
}


def plain(error: BaseException, folder: Path) -> str:
    """One line for an error that came up while something was done in a folder."""
    if not isinstance(error, OSError):
        return " ".join(str(error).split()) or type(error).__name__
    if error.errno is None:
        return " ".join(str(error).split())
    where = error.filename if isinstance(error.filename, str) else folder
    return f"{where}: {_REASONS.get(error.errno) or error.strerror or 'the disk does not answer'}"
