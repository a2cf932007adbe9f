"""Where the control groups of the observed system are found. /proc/PID/cgroup, /proc/PID/mountinfo; cgroups(7).

A group's path counts from the root of the reader's cgroup namespace, and what is mounted may be a part of the tree: in
a container both usually begin at its own group, so that "/" is the limited group and not the machine.
"""

from msgspec import Struct

from nodetop.probes.base.host_files import HostFiles, raise_if_exhausted

_FOLDER = "/sys/fs/cgroup"
UNIFIED = ""
"""The name under which version 2, which has one tree for all, stands among the controllers of version 1."""


class Mounted(Struct, frozen=True):
    """A tree of groups, or a part of one that begins at `root`; `controllers` are the names in its options."""

    folder: str
    root: str
    unified: bool
    controllers: frozenset[str]


class Group(Struct, frozen=True):
    """A group in a mounted tree; `path` counts from the mount and is "" for its topmost group."""

    folder: str
    path: str
    unified: bool

    def way_up(self) -> list[str]:
        """Folders of the group and of all above it, its own first."""
        parts = self.path.split("/")
        return [self.folder + "/".join(parts[:length]) for length in range(len(parts), 0, -1)]


def groups(files: HostFiles) -> dict[str, Group]:
    """The group that counts, by controller, and in version 2's tree under UNIFIED; empty where there are none."""
    # Ours where /proc is ours. Below another /proc `self` is still this program, and not what is looked at: then it is
    # the first process that says what the system there is bound by.
    who = "self" if files.proc == "/proc" else "1"
    paths = parse_groups(files.read_or_empty(f"/proc/{who}/cgroup"))
    if not paths:
        return {}
    found: dict[str, Group] = {}
    for mounted in _mounts(files, who):
        for name in {UNIFIED} if mounted.unified else mounted.controllers & paths.keys():
            if name in paths and name not in found:
                path = _existing(files, mounted.folder, _below(paths[name], mounted.root))
                found[name] = Group(mounted.folder, path, mounted.unified)
    return found


def parse_groups(data: bytes) -> dict[str, str]:
    """`4:cpu,cpuacct:/docker/1f…` and `0::/user.slice`: paths by controller."""
    paths: dict[str, str] = {}
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        number, _, rest = line.partition(":")
        controllers, separator, path = rest.partition(":")
        if separator and path.startswith("/"):
            for name in controllers.split(",") if number != "0" else [UNIFIED]:
                paths.setdefault(name, path)
    return paths


def parse_cgroup_mounts(data: bytes) -> list[Mounted]:
    """The lines of mountinfo that are trees of groups, those at the usual place first."""
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


def _mounts(files: HostFiles, who: str) -> list[Mounted]:
    try:
        return parse_cgroup_mounts(files.read(f"/proc/{who}/mountinfo"))
    except OSError as error:  # another user's process does not show its mounts: they are where every system has them
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
    """The path as seen from the mount. A group above the reader's namespace has leading `..`: from the mount's root,
    which is then the machine's, these are nothing."""
    if root != "/" and (path == root or path.startswith(root + "/")):
        path = path[len(root) :]
    parts = [part for part in path.split("/") if part not in ("", "..")]
    return "".join(f"/{part}" for part in parts)


def _existing(files: HostFiles, folder: str, path: str) -> str:
    """The path, or the nearest above it that is there: without a namespace a container sees its path on the host, and
    mounted is only its own group."""
    while path and not files.exists(folder + path):
        path = path.rpartition("/")[0]
    return path
