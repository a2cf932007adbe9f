"""The mounted trees of control groups, read again only when mounts have changed. proc_pid_mountinfo(5), poll(2)."""

import os
import select
import weakref

from nodetop.probes.cgroups.tree import Mounted, mounts, observer
from nodetop.probes.host_files import HostFiles, raise_if_exhausted


class KeptMounts:
    """The trees that the observed system sees. On a node with many containers there are thousands of mounts, and the
    kernel tells whoever has this file open when one is added or removed. For one thread."""

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._who = observer(files)
        self._kept: list[Mounted] | None = None
        self._poll: select.poll | None = None
        """Tells of changes; None: nothing does, so they are read each time."""

    def now(self) -> list[Mounted]:
        """Raises OSError if no descriptors are left."""
        if self._kept is not None and self._poll is not None and not self._poll.poll(0):
            return self._kept
        if self._poll is None and self._files.own_pids:  # only the kernel's own file tells
            self._open(self._files.path(f"/proc/{self._who}/mountinfo"))
        self._kept = mounts(self._files, self._who)
        return self._kept

    def _open(self, path: str) -> None:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise_if_exhausted(error)
            return
        weakref.finalize(self, os.close, descriptor)
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLPRI)
