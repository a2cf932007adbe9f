"""User names by UID, from the host's passwd file."""

import time
from pathlib import Path

from nodetop.base.text import clean
from nodetop.probes.host_files import HostFiles

_ASK_AGAIN_SECONDS = 60.0


class Users:
    """User names by UID. The file is read again when it changed. A UID without a name is shown as a number."""

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._version: tuple[int, int] | None = None
        self._names: dict[int, str] = {}
        self._unknown: dict[int, float] = {}
        """When to look up a UID without a name again: a directory service may have been unavailable."""

    def name(self, uid: int) -> str:
        """The name of a UID. May block if names come from the network, so do not call it in the sampler's thread."""
        self._refresh()
        known = self._names.get(uid)
        if known is not None or time.monotonic() < self._unknown.get(uid, 0.0):
            return known or str(uid)
        name = self._ask(uid)
        if name is None:
            self._unknown[uid] = time.monotonic() + _ASK_AGAIN_SECONDS
            return str(uid)
        self._names[uid] = name
        return name

    def _refresh(self) -> None:
        if not self._files.has_root:
            return
        try:
            status = Path(self._files.path("/etc/passwd")).stat()
        except OSError:
            return
        version = (status.st_mtime_ns, status.st_ino)
        if version != self._version:
            self._names = self._read()
            self._version = version

    def _read(self) -> dict[int, str]:
        return parse_passwd(self._files.read_or_empty("/etc/passwd"))

    def _ask(self, uid: int) -> str | None:
        """Asks the system's name service, which knows users that are in no file (directory services, systemd's dynamic
        users)."""
        if not self._files.live or self._files.root:
            return None
        import pwd  # not on every system that can read a recorded tree

        try:
            return clean(pwd.getpwuid(uid).pw_name)
        except (KeyError, OverflowError):
            return None


def parse_passwd(raw: bytes) -> dict[int, str]:
    """passwd(5): names by UID. The first line with a UID counts. Malformed lines are ignored."""
    names: dict[int, str] = {}
    for line in raw.splitlines():
        fields = line.split(b":")
        if len(fields) >= 3 and fields[0] and fields[2].isdigit():
            names.setdefault(int(fields[2]), clean(fields[0]))
    return names


def home_of(files: HostFiles, uid: int) -> str | None:
    """The home folder of a UID, from the host's passwd file only; None if unknown."""
    if not files.has_root:
        return None
    for line in files.read_or_empty("/etc/passwd").splitlines():
        fields = line.split(b":")
        if len(fields) >= 6 and fields[2] == b"%d" % uid and fields[5].startswith(b"/"):
            return fields[5].decode("utf-8", "surrogateescape")
    return None
