"""Finds the control groups of the observed system. /proc/PID/cgroup, /proc/PID/mountinfo; cgroups(7).

A group's path is relative to the root of the reader's cgroup namespace, and only a part of the tree may be mounted. In
a container both usually start at its own group, so that "/" is the limited group and not the machine.
"""

from collections.abc import Sequence

from msgspec import Struct

from nodetop.probes.host_files import HostFiles, raise_if_exhausted

_FOLDER = "/sys/fs/cgroup"
UNIFIED = ""
"""The key of cgroup v2, which has one tree for all controllers, among the controllers of cgroup v1."""


class Mounted(Struct, frozen=True):
    """A mounted tree of groups, or the part of it below `root`. `controllers` are the names in its mount options."""

    folder: str
    root: str
    unified: bool
    controllers: frozenset[str]


class Group(Struct, frozen=True):
    """A group in a mounted tree. `path` is relative to the mount, and "" for its topmost group."""

    folder: str
    path: str
    unified: bool

    def way_up(self) -> list[str]:
        """The folders of the group and of all groups above it, its own first."""
        parts = self.path.split("/")
        return [self.folder + "/".join(parts[:length]) for length in range(len(parts), 0, -1)]


def observer(files: HostFiles) -> str:
    """The process whose groups and mounts are those of the observed system. With our own /proc, this one. In another
    /proc, `self` would still be this program and not the observed system, so its first process is asked."""
    return "self" if files.proc == "/proc" else "1"


def groups(files: HostFiles, mounted: Sequence[Mounted]) -> dict[str, Group]:
    """The relevant group for each controller, and for cgroup v2 under UNIFIED; empty if there are none."""
    paths = parse_groups(files.read_or_empty(f"/proc/{observer(files)}/cgroup"))
    if not paths:
        return {}
    found: dict[str, Group] = {}
    for each in mounted:
        for name in {UNIFIED} if each.unified else each.controllers & paths.keys():
            if name in paths and name not in found:
                path = _existing(files, each.folder, _below(paths[name], each.root))
                found[name] = Group(each.folder, path, each.unified)
    return found


def parse_groups(data: bytes) -> dict[str, str]:
    """Paths by controller, from lines such as `4:cpu,cpuacct:/docker/1f…` and `0::/user.slice`."""
    paths: dict[str, str] = {}
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        number, _, rest = line.partition(":")
        controllers, separator, path = rest.partition(":")
        if separator and path.startswith("/"):
            for name in controllers.split(",") if number != "0" else [UNIFIED]:
                paths.setdefault(name, path)
    return paths


def parse_cgroup_mounts(data: bytes) -> list[Mounted]:
    """The cgroup trees in mountinfo, those at the usual place first."""
    found = []
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        head, separator, tail = line.partition(" - ")
        fields, source = head.split(" "), tail.split(" ")
        if separator and len(fields) >= 6 and len(source) >= 3 and source[0] in ("cgroup", "cgroup2"):
            unified = source[0] == "cgroup2"
            controllers = frozenset() if unified else frozenset(source[2].split(","))
            root, folder = fields[3:5]
            found.append(Mounted(folder.rstrip("/"), root, unified, controllers))
    return sorted(found, key=lambda mounted: not mounted.folder.startswith(_FOLDER))


def mounts(files: HostFiles, who: str) -> list[Mounted]:
    """The mounted trees that this process sees: those in its mountinfo, or else the usual places."""
    try:
        return parse_cgroup_mounts(files.read(f"/proc/{who}/mountinfo"))
    except OSError as error:  # another user's process hides its mounts, so the usual places are used
        raise_if_exhausted(error)
        return _usual_mounts(files)


def _usual_mounts(files: HostFiles) -> list[Mounted]:
    if files.exists(f"{_FOLDER}/cgroup.controllers"):
        return [Mounted(_FOLDER, "/", True, frozenset())]
    names = files.names(_FOLDER)
    return [
        Mounted(f"{_FOLDER}/{name}", "/", name == "unified", frozenset(name.split(",")))
        for name in sorted(names, key=len, reverse=True)  # "cpu" is often a link to "cpu,cpuacct"
    ]


def _below(path: str, root: str) -> str:
    """The path relative to the mount. A group above the reader's namespace has leading `..`, which mean nothing below
    the mount's root, because that is then the machine's root group."""
    if root != "/" and (path == root or path.startswith(root + "/")):
        path = path[len(root) :]
    parts = [part for part in path.split("/") if part not in ("", "..")]
    return "".join(f"/{part}" for part in parts)


def _existing(files: HostFiles, folder: str, path: str) -> str:
    """The path, or its nearest existing parent. A container without a cgroup namespace sees its path on the host, but
    only its own group is mounted."""
    while path and not files.exists(folder + path):
        path = path.rpartition("/")[0]
    return path
